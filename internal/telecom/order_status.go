package telecom

import (
	"slices"

	"latchkey/internal/problem"
)

// orderStatuses lists every status that an order can have.
func orderStatuses() []OrderStatus {
	return append([]OrderStatus{OrderStatusNew, Sent, Confirmed, Complete, Canceled, Provisioned}, stuckStatuses()...)
}

// stuckStatuses lists the statuses in which an order waits for somebody to decide how it goes on.
func stuckStatuses() []OrderStatus {
	return []OrderStatus{OrderError, FlowError, Hold, PaymentHold, LifelineHold, Jeopardy}
}

// Ended reports whether an order in this status is over: it is changed no more, but for what is known of its shipping.
func (s OrderStatus) Ended() bool { return s == Complete || s == Canceled }

// known reports whether this is a status at all; NOT_SPECIFIED is a word of the wire and none.
func (s OrderStatus) known() bool { return slices.Contains(orderStatuses(), s) }

// next gives the statuses that an order in this one may go to.
func (s OrderStatus) next() []OrderStatus {
	switch s {
	case Complete, Canceled:
		return nil
	case Sent:
		return append([]OrderStatus{Confirmed, Provisioned, Complete, Canceled}, stuckStatuses()...)
	case Confirmed:
		return append([]OrderStatus{Provisioned, Complete, Canceled}, stuckStatuses()...)
	case Provisioned:
		return []OrderStatus{Complete, Canceled, OrderError, Jeopardy}
	default: // it has not been sent, or it is stuck and may go on anywhere
		return slices.DeleteFunc(orderStatuses(), func(to OrderStatus) bool { return to == s })
	}
}

// check refuses (InvalidInput) what is no status of an order.
func (s OrderStatus) check() error {
	switch {
	case s == "NOT_SPECIFIED":
		return problem.New(problem.InvalidInput, "NOT_SPECIFIED is no status that an order can have.")
	case !s.known():
		return problem.New(problem.InvalidInput, "%q is no status of an order.", s)
	default:
		return nil
	}
}

// mayBecome refuses (InvalidInput) a status that an order in this one may not go to; the same one is no change.
func (s OrderStatus) mayBecome(to OrderStatus) error {
	switch {
	case s == to || slices.Contains(s.next(), to):
		return nil
	case s.Ended():
		return problem.New(problem.InvalidInput, "The order is %s, which ends it; it cannot become %s.", s, to)
	default:
		return problem.New(problem.InvalidInput, "An order that is %s cannot become %s.", s, to)
	}
}

// next gives the statuses that a service or customer product in this one may go to. Nothing leaves DISCONNECTED.
func (s Status) next() []Status {
	switch s {
	case Pending:
		return []Status{Active, Disconnected}
	case Active:
		return []Status{Denied, Disconnected}
	case Denied:
		return []Status{Active, Disconnected}
	default:
		return nil
	}
}

// mayBecome refuses (InvalidInput) a status that a service or customer product in this one may not go to.
func (s Status) mayBecome(to Status) error {
	if slices.Contains(s.next(), to) {
		return nil
	}
	return problem.New(problem.InvalidInput, "What is %s cannot become %s.", s, to)
}

// live reports whether something in this status is not disconnected.
func (s Status) live() bool { return s != Disconnected }

// orderable reports whether an order of this type does something here. The others are words to search for.
func (t OrderType) orderable() bool {
	switch t {
	case OrderNew, OrderConversion, OrderAddLine, OrderChangeFeature, OrderDisconnect, OrderDeny, OrderRestore:
		return true
	default:
		return false
	}
}

// adds reports whether orders of this type make services.
func (t OrderType) adds() bool { return t == OrderNew || t == OrderConversion || t == OrderAddLine }

// action gives what an order of this type does with each line that it names; empty: its lines say.
func (t OrderType) action() LineAction {
	switch t {
	case OrderNew, OrderConversion, OrderAddLine:
		return AddLine
	case OrderDeny:
		return SuspendLine
	case OrderRestore:
		return RestoreLine
	case OrderDisconnect:
		return DisconnectLine
	default:
		return ""
	}
}

package telecom_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

func TestAnOrderGoesOnlyWhereItMay(t *testing.T) {
	stuck := []telecom.OrderStatus{
		telecom.OrderError, telecom.FlowError, telecom.Hold, telecom.PaymentHold, telecom.LifelineHold, telecom.Jeopardy,
	}
	all := append([]telecom.OrderStatus{
		telecom.OrderStatusNew, telecom.Sent, telecom.Confirmed, telecom.Provisioned, telecom.Complete, telecom.Canceled,
	}, stuck...)
	may := map[telecom.OrderStatus][]telecom.OrderStatus{
		telecom.OrderStatusNew: all,
		telecom.Sent:           append([]telecom.OrderStatus{telecom.Sent, telecom.Confirmed, telecom.Provisioned, telecom.Complete, telecom.Canceled}, stuck...),
		telecom.Confirmed:      append([]telecom.OrderStatus{telecom.Confirmed, telecom.Provisioned, telecom.Complete, telecom.Canceled}, stuck...),
		telecom.Provisioned:    {telecom.Provisioned, telecom.Complete, telecom.Canceled, telecom.OrderError, telecom.Jeopardy},
		telecom.Complete:       {telecom.Complete},
		telecom.Canceled:       {telecom.Canceled},
	}
	for _, s := range stuck {
		may[s] = all
	}
	eachEngine(t, func(w *world) {
		for _, from := range all {
			for _, to := range all {
				w.run("from "+string(from)+" to "+string(to), func() {
					id := w.add(person(), starter()).Orders[0].ID
					w.become(id, from)
					do := func() error {
						_, err := w.Orders.Change(w.ctx, w.alice, id, telecom.OrderEdit{Status: &to})
						return err
					}
					if slices.Contains(may[from], to) {
						w.must(do())
						w.same(w.order(id).Status, to)
					} else {
						w.Wants(do(), problem.InvalidInput)
						w.same(w.order(id).Status, from)
					}
				})
			}
		}
	})
}

// Wants expects a problem.
func (w *world) Wants(err error, code problem.Code) {
	w.t.Helper()
	if !problem.Has(err, code) {
		w.t.Fatalf("error %v, want problem %s", err, code)
	}
}

func TestAnOrderIsChanged(t *testing.T) {
	eachEngine(t, func(w *world) {
		id := w.add(person(), starter()).Orders[0].ID
		change := func(e telecom.OrderEdit) error {
			_, err := w.Orders.Change(w.ctx, w.alice, id, e)
			return err
		}
		w.run("in note, tracking number, shipping and flow, with one audit row that names them", func() {
			w.writes(func() error {
				return change(telecom.OrderEdit{
					StatusNote: ptr("called"), TrackingNumber: ptr("1Z"), Shipping: ptr(telecom.Shipped), FlowThrough: ptr(true),
				})
			}, "order.change")
			o := w.order(id)
			if o.StatusNote != "called" || o.TrackingNumber != "1Z" || o.Shipping != telecom.Shipped || o.FlowThrough == nil || !*o.FlowThrough {
				t.Errorf("the order is %+v", o)
			}
			rows := w.audit()
			w.same(rows[len(rows)-1].Detail, "status note, tracking number, shipping status, flow through")
		})
		w.run("to what it is already without writing anything", func() {
			w.writes(func() error {
				return change(telecom.OrderEdit{StatusNote: ptr("called"), Shipping: ptr(telecom.Shipped), FlowThrough: ptr(true)})
			})
			w.writes(func() error { return change(telecom.OrderEdit{}) })
		})
		w.run("in its status and more with one audit row", func() {
			w.writes(func() error { return change(telecom.OrderEdit{Status: ptr(telecom.Sent), StatusNote: ptr("out")}) }, "order.status")
			w.same(w.last().Name, "order.sent")
		})
		for name, refused := range map[string]telecom.OrderEdit{
			"a word that is no status":        {Status: ptr(telecom.OrderStatus("NOT_SPECIFIED"))},
			"a status of something else":      {Status: ptr(telecom.OrderStatus("ACTIVE"))},
			"no shipping status":              {Shipping: ptr(telecom.ShippingStatus(""))},
			"a long note":                     {StatusNote: ptr(strings.Repeat("x", 4001))},
			"a note with a bell":              {StatusNote: ptr("ding \a")},
			"a date that completes nothing":   {CompletedAt: ptr(day(1))},
			"a date of another status":        {Status: ptr(telecom.Confirmed), CompletedAt: ptr(day(1))},
			"a date of a cancellation":        {Status: ptr(telecom.Canceled), CompletedAt: ptr(day(1))},
			"a date before the year 1900":     {Status: ptr(telecom.Complete), CompletedAt: ptr(time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC))},
			"the date that stands for none":   {Status: ptr(telecom.Complete), CompletedAt: &time.Time{}},
			"a route while it has no process": {Route: ptr(catalogue.RouteID(111))},
		} {
			w.run("but not to "+name, func() {
				w.refuses(problem.InvalidInput, func() error { return change(refused) })
			})
		}
		w.run("but not by another tenant, or without leave", func() {
			w.refuses(problem.NoSuchOrder, func() error {
				_, err := w.Orders.Change(w.ctx, w.rival, id, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			})
			_, _, err := w.Orders.Get(w.ctx, w.rival, id)
			w.Wants(err, problem.NoSuchOrder)
		})
		w.run("even long after the event, or before it", func() {
			for _, at := range []time.Time{day(1).AddDate(-20, 0, 0), day(1).AddDate(5, 0, 0)} {
				id := w.add(person(), starter()).Orders[0].ID
				_, err := w.Orders.Change(w.ctx, w.alice, id, telecom.OrderEdit{Status: ptr(telecom.Complete), CompletedAt: &at})
				w.must(err)
				w.same(w.order(id).CompletedAt, at)
			}
		})
	})
}

func TestOfAnOrderThatEndedOnlyTheShippingChanges(t *testing.T) {
	for _, ended := range []telecom.OrderStatus{telecom.Complete, telecom.Canceled} {
		eachEngine(t, func(w *world) {
			begin := starter()
			begin.Process = 1
			id := w.add(person(), begin).Orders[0].ID
			last := telecom.OrderEdit{Status: &ended, StatusNote: ptr("over"), FlowThrough: ptr(true), Route: ptr(catalogue.RouteID(111))}
			change := func(e telecom.OrderEdit) error { _, err := w.Orders.Change(w.ctx, w.alice, id, e); return err }
			w.run("what comes with its end is taken: "+string(ended), func() {
				w.must(change(last))
				o := w.order(id)
				w.same([]any{o.Status, o.StatusNote, *o.FlowThrough, o.Phase}, []any{ended, "over", true, catalogue.PhaseID(12)})
			})
			w.run("the same again is no change", func() {
				last.Process = ptr(catalogue.ProcessID(1))
				w.writes(func() error { return change(last) })
			})
			w.run("its shipping changes", func() {
				w.writes(func() error {
					return change(telecom.OrderEdit{Status: &ended, TrackingNumber: ptr("1Z"), Shipping: ptr(telecom.Shipped)})
				}, "order.change")
			})
			for name, e := range map[string]telecom.OrderEdit{
				"note": {StatusNote: ptr("not over")}, "flow": {FlowThrough: ptr(false)},
				"process": {Process: ptr(catalogue.ProcessID(2))}, "route": {Route: ptr(catalogue.RouteID(121))},
				"note beside the shipping": {TrackingNumber: ptr("2Z"), StatusNote: ptr("")},
			} {
				w.run("but not its "+name, func() {
					w.refuses(problem.InvalidInput, func() error { return change(e) })
				})
			}
		})
	}
}

func TestAnOrderGoesThroughItsProcess(t *testing.T) {
	eachEngine(t, func(w *world) {
		begin := starter()
		begin.Process = 1
		id := w.add(person(), begin).Orders[0].ID
		phase := func(want catalogue.PhaseID, e telecom.OrderEdit) {
			w.t.Helper()
			o, err := w.Orders.Change(w.ctx, w.alice, id, e)
			w.must(err)
			w.same(o.Phase, want)
			w.same(w.order(id).Phase, want)
		}
		take := func(r catalogue.RouteID) telecom.OrderEdit { return telecom.OrderEdit{Route: &r} }
		refuses := func(code problem.Code, e telecom.OrderEdit) {
			w.t.Helper()
			w.refuses(code, func() error { _, err := w.Orders.Change(w.ctx, w.alice, id, e); return err })
		}
		w.run("which begins in its first phase", func() { w.same(w.order(id).Phase, catalogue.PhaseID(11)) })
		w.run("but for a route of another phase, or of none", func() {
			refuses(problem.InvalidInput, take(121))
			refuses(problem.InvalidInput, take(999))
		})
		w.run("along a route, and not twice", func() {
			phase(12, take(111))
			refuses(problem.InvalidInput, take(111))
		})
		w.run("whose naming again begins nothing anew", func() { phase(12, telecom.OrderEdit{Process: ptr(catalogue.ProcessID(1))}) })
		w.run("to its end", func() { phase(0, take(121)) })
		w.run("and into another one, which has to be there", func() {
			refuses(problem.NoSuchProcess, telecom.OrderEdit{Process: ptr(catalogue.ProcessID(77))})
			phase(21, telecom.OrderEdit{Process: ptr(catalogue.ProcessID(2))})
			phase(12, telecom.OrderEdit{Process: ptr(catalogue.ProcessID(1)), Route: ptr(catalogue.RouteID(111))})
		})
		w.run("until it ends", func() {
			w.become(id, telecom.Complete)
			refuses(problem.InvalidInput, take(121))
			refuses(problem.InvalidInput, telecom.OrderEdit{Process: ptr(catalogue.ProcessID(2))})
			phase(12, telecom.OrderEdit{Process: ptr(catalogue.ProcessID(1))})
		})
	})
}

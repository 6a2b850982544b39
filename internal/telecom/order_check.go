package telecom

import (
	"slices"

	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// checkLines refuses (InvalidInput) an order whose lines are not what its type wants.
func (o Order) checkLines() error {
	switch {
	case o.Type == OrderNew || o.Type == OrderConversion || !o.Type.orderable():
		return problem.New(problem.InvalidInput, "An order of type %s cannot be placed for a customer.", o.Type)
	case len(o.Lines) > mostOfAnOrder:
		return problem.New(problem.InvalidInput, "An order has %d lines at most.", mostOfAnOrder)
	case len(o.Lines) == 0 && o.Type.adds():
		return problem.New(problem.InvalidInput, "An order of type %s says which lines it adds.", o.Type)
	case len(o.Lines) == 0 && o.Type == OrderChangeFeature:
		return problem.New(problem.InvalidInput, "An order of type %s says what it changes.", o.Type)
	}
	services, products := map[ServiceID]bool{}, map[CustomerProductID]bool{}
	for _, l := range o.Lines {
		if err := l.check(o.Type); err != nil {
			return err
		}
		if services[l.Service] && !o.Type.adds() {
			return problem.New(problem.InvalidInput, "An order names service %d once.", l.Service)
		}
		services[l.Service] = true
		for _, p := range l.Products {
			if p.Action == AddProduct {
				continue
			}
			if products[p.CustomerProduct] {
				return problem.New(problem.InvalidInput, "An order names customer product %d once.", p.CustomerProduct)
			}
			products[p.CustomerProduct] = true
		}
	}
	return nil
}

// check refuses (InvalidInput) a line that an order of a type cannot have.
func (l OrderLine) check(t OrderType) error {
	switch {
	case t.adds() && (l.New == nil || l.Service != 0 || len(l.Products) > 0):
		return problem.New(problem.InvalidInput, "A line that is added says what it is made of, and nothing else.")
	case t.adds():
		return nil
	case l.New != nil:
		return problem.New(problem.InvalidInput, "An order of type %s adds no lines.", t)
	case t == OrderChangeFeature && l.Action == ChangeLine:
		return l.checkProducts()
	case len(l.Products) > 0:
		return problem.New(problem.InvalidInput, "Products are changed in lines that are changed, not in one to %s.", l.Action)
	case t == OrderChangeFeature && l.Action != DisconnectLine, t != OrderChangeFeature && l.Action != "" && l.Action != t.action():
		return problem.New(problem.InvalidInput, "An order of type %s has no lines to %s.", t, l.Action)
	default:
		return nil
	}
}

func (l OrderLine) checkProducts() error {
	if len(l.Products) == 0 || len(l.Products) > mostOfAnOrder {
		return problem.New(problem.InvalidInput, "A line that is changed says what becomes of 1 to %d products.", mostOfAnOrder)
	}
	for _, p := range l.Products {
		switch {
		case !slices.Contains([]ProductAction{AddProduct, ChangeProduct, RemoveProduct}, p.Action):
			return problem.New(problem.InvalidInput, "A product is added, changed or removed, not %q.", p.Action)
		case p.Action == ChangeProduct && p.Rate == nil:
			return problem.New(problem.InvalidInput, "A product is changed in its rate, which is missing.")
		case p.Rate != nil:
			if err := catalogue.CheckMoney("the rate", *p.Rate); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkOrder refuses what cannot be of an order, whatever its lines: InvalidInput, UnknownZip, NoSuchProvider.
func (c *change) checkOrder(o Order) error {
	if err := o.checkWords(); err != nil {
		return err
	}
	if o.Port != nil {
		if o.Port.MDN == "" {
			return problem.New(problem.InvalidInput, "A port says which number is to come.")
		}
		if err := c.checkNewAddress(o.Port.Address); err != nil {
			return err
		}
	}
	if err := c.checkNewAddress(o.ShipTo); err != nil {
		return err
	}
	if _, err := c.providerGiven(NewOrder{Provider: o.Provider}); err != nil {
		return err
	}
	if account, ok := c.catalogue.ProviderAccount(o.ProviderAccount); o.ProviderAccount != 0 && (!ok || account.Provider != o.Provider) {
		return problem.New(problem.InvalidInput, "Provider %d has no account %d.", o.Provider, o.ProviderAccount)
	}
	return o.checkChoices()
}

// checkNewAddress refuses an address that an order cannot have; nil is none.
func (c *change) checkNewAddress(a *catalogue.Address) error {
	switch {
	case a == nil:
		return nil
	case a.ID != 0:
		return problem.New(problem.InvalidInput, "The address of an order has no id; leave %d out.", a.ID)
	default:
		return catalogue.CheckAddress(c.ctx, c.tx, c.tenant, *a)
	}
}

// text is one text of a record: what it is called, and how long it may be.
type text struct {
	what, is string
	most     int
}

// checkTexts refuses (InvalidInput) texts that are too long or cannot be written.
func checkTexts(texts ...text) error {
	for _, t := range texts {
		if err := catalogue.CheckText(t.what, t.is, t.most); err != nil {
			return err
		}
	}
	return nil
}

func (o Order) checkWords() error {
	texts := []text{
		{"the status note", o.StatusNote, longestText},
		{"the tracking number", o.TrackingNumber, longestWord},
		{"the description", o.Description, longestText},
		{"the PBX make", o.PBXMake, longestWord},
		{"the PBX model", o.PBXModel, longestWord},
	}
	if p := o.Port; p != nil {
		texts = append(texts,
			text{"the number of a port", p.MDN, longestWord},
			text{"the account number of a port", p.AccountNumber, longestWord},
			text{"the signer of a port", p.AuthorizedSigner, longestWord},
			text{"the PIN of a port", p.PINPassword, longestWord},
			text{"the remark of a port", p.Remark, longestText},
		)
	}
	return checkTexts(texts...)
}

// checkChoices refuses (InvalidInput) what is none of an enumeration, or goes with another type of order.
func (o Order) checkChoices() error {
	switch {
	case o.SuspendType != "" && o.Type != OrderDeny:
		return problem.New(problem.InvalidInput, "A suspend type goes with an order of type %s only.", OrderDeny)
	case !slices.Contains([]string{"", "ALL", "INCOMING", "OUTGOING"}, o.SuspendType):
		return problem.New(problem.InvalidInput, "%q is no suspend type.", o.SuspendType)
	case o.InventoryStatus != "" && o.Type != OrderDisconnect:
		return problem.New(problem.InvalidInput, "A status of inventory goes with an order of type %s only.", OrderDisconnect)
	case !slices.Contains([]string{"", "DIFFERENCE", "NEXT_CYCLE", "PRORATE"}, o.ChargeOption):
		return problem.New(problem.InvalidInput, "%q is no charge option.", o.ChargeOption)
	}
	if err := (Release{Status: o.InventoryStatus}).checkStatus(); err != nil {
		return err
	}
	return o.Shipping.check()
}

// check refuses (InvalidInput) what is no shipping status; empty is not said.
func (s ShippingStatus) check() error {
	if slices.Contains([]ShippingStatus{"", ShippingNotRequired, NotShipped, Shipped}, s) {
		return nil
	}
	return problem.New(problem.InvalidInput, "%q is no shipping status.", s)
}

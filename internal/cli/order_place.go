package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

// soldProduct is a product as an order adds it: PRODUCT, PRODUCT*QUANTITY, with @RATE behind it for another rate.
type soldProduct struct {
	product  catalogue.ProductID
	quantity int
	rate     *decimal.Decimal
}

// UnmarshalText takes PRODUCT[*QUANTITY][@RATE] only.
func (p *soldProduct) UnmarshalText(text []byte) error {
	what, rate, rated := strings.Cut(string(text), "@")
	id, times, several := strings.Cut(what, "*")
	number, err := strconv.ParseInt(id, 10, 64)
	quantity := 1
	if several && err == nil {
		quantity, err = strconv.Atoi(times)
	}
	if rated && err == nil {
		var amount decimal.Decimal
		amount, err = decimal.NewFromString(rate)
		p.rate = &amount
	}
	if err != nil {
		return fmt.Errorf("%q is no product: write its id, as in 2001, 2001*2 or 2001*2@9.95", text)
	}
	p.product, p.quantity = catalogue.ProductID(number), quantity
	return nil
}

type orderPlace struct {
	whose
	Tenant       string                    `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Customer     int64                     `arg:"" help:"The customer's id, as customer list shows it."`
	Type         string                    `arg:"" enum:"ADD_LINE,CHANGE_FEATURE,DISCONNECT,DENY,RESTORE" placeholder:"TYPE" help:"ADD_LINE, CHANGE_FEATURE, DISCONNECT, DENY or RESTORE."`
	Service      []int64                   `placeholder:"ID" help:"A service that it changes; may be repeated."`
	WholeAccount bool                      `help:"DISCONNECT, DENY or RESTORE all that the customer has."`
	Package      int64                     `placeholder:"ID" help:"What an added line is made of."`
	ServiceType  int64                     `placeholder:"ID" help:"The type of an added line, where its package names none."`
	Provider     int64                     `placeholder:"ID" help:"Who delivers an added line, where its package names none."`
	Add          []soldProduct             `placeholder:"PRODUCT" help:"A product that is added: its id, with *QUANTITY and @RATE where they are not 1 and the catalogue's."`
	Rate         map[int64]decimal.Decimal `placeholder:"ID=RATE" help:"Another rate of a product that the customer has, by its id in customer show."`
	Remove       []int64                   `placeholder:"ID" help:"A product that the customer has and that is to go."`
	Suspend      string                    `enum:",ALL,INCOMING,OUTGOING" default:"" placeholder:"WHAT" help:"What a DENY stops: ALL, INCOMING or OUTGOING."`
	Inventory    string                    `enum:",AVAILABLE,UNAVAILABLE" default:"" placeholder:"STATUS" help:"What becomes of the inventory on what a DISCONNECT ends: AVAILABLE or UNAVAILABLE."`
	Process      int64                     `placeholder:"ID" help:"The process that it goes through."`
	Description  string                    `placeholder:"TEXT" help:"What it is for."`
}

// Help shows examples.
func (orderPlace) Help() string {
	return "The order takes effect when it completes: see order status.\n\n" + examples(
		"latchkey order place ACME 1001 ADD_LINE --package 10 --add 2001*2@9.95",
		"latchkey order place ACME 1001 CHANGE_FEATURE --service 1001 --add 2001 --rate 1003=4.50 --remove 1004",
		"latchkey order place ACME 1001 DENY --service 1001 --suspend OUTGOING",
		"latchkey order place ACME 1001 RESTORE --whole-account",
		"latchkey order place ACME 1001 DISCONNECT --service 1001 --inventory UNAVAILABLE")
}

// use is a flag of order place, whether it is given, and with which types of order it goes.
type use struct {
	flag  string
	given bool
	types []telecom.OrderType
}

// uses lists the flags.
func (c *orderPlace) uses() []use {
	add, edit, ends := telecom.OrderAddLine, telecom.OrderChangeFeature, telecom.OrderDisconnect
	deny, restore := telecom.OrderDeny, telecom.OrderRestore
	every := []telecom.OrderType{add, edit, ends, deny, restore}
	return []use{
		{"service", len(c.Service) > 0, []telecom.OrderType{edit, ends, deny, restore}},
		{"whole-account", c.WholeAccount, []telecom.OrderType{ends, deny, restore}},
		{"package", c.Package != 0, []telecom.OrderType{add}},
		{"service-type", c.ServiceType != 0, []telecom.OrderType{add}},
		{"provider", c.Provider != 0, []telecom.OrderType{add}},
		{"add", len(c.Add) > 0, []telecom.OrderType{add, edit}},
		{"rate", len(c.Rate) > 0, []telecom.OrderType{edit}},
		{"remove", len(c.Remove) > 0, []telecom.OrderType{edit}},
		{"suspend", c.Suspend != "", []telecom.OrderType{deny}},
		{"inventory", c.Inventory != "", []telecom.OrderType{ends}},
		{"process", c.Process != 0, every},
		{"description", c.Description != "", every},
	}
}

// Validate refuses flags that don't go with the type, and an order that doesn't say how far it reaches. A flag that was passed
// over would make another order than was asked for: a disconnection of everything in place of one product.
func (c *orderPlace) Validate() error {
	kind := telecom.OrderType(c.Type)
	for _, u := range c.uses() {
		if u.given && !slices.Contains(u.types, kind) {
			var types []string
			for _, t := range u.types {
				types = append(types, string(t))
			}
			return usageError(fmt.Sprintf("--%s goes with %s only, not with %s", u.flag, strings.Join(types, ", "), c.Type))
		}
	}
	switch {
	case kind == telecom.OrderChangeFeature && len(c.Service) != 1:
		return usageError("CHANGE_FEATURE changes the products of one --service")
	case kind != telecom.OrderChangeFeature && kind != telecom.OrderAddLine && c.WholeAccount == (len(c.Service) > 0):
		return usageError(c.Type + ": name each --service, or give --whole-account for all that the customer has, one of them")
	}
	return nil
}

func (c *orderPlace) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	order, err := d.house.Telecom.Orders.Place(ctx, who, telecom.Order{
		Customer: telecom.CustomerID(c.Customer), Type: telecom.OrderType(c.Type), Lines: c.lines(),
		Process: catalogue.ProcessID(c.Process), Description: c.Description, SuspendType: c.Suspend,
		InventoryStatus: telecom.InventoryStatus(c.Inventory),
	})
	if err != nil {
		return err
	}
	d.say("Order %d (%s) is placed: %s of %s.", order.ID, order.PON, order.Type, c.reach(ctx, d, who, order))
	return nil
}

// reach says in words which services an order changes.
func (c *orderPlace) reach(ctx context.Context, d *desk, who access.Principal, order telecom.Order) string {
	if c.WholeAccount {
		services, _, err := d.house.Telecom.Services.Find(ctx, who, telecom.ServiceFilter{Customers: []telecom.CustomerID{order.Customer}})
		if err != nil { // too many to be listed; the order is placed all the same
			return "the whole account"
		}
		changed := slices.DeleteFunc(services, func(s telecom.Service) bool { return !order.Type.Reaches(s.Status) })
		return "the whole account, which is " + count(int64(len(changed)), "service")
	}
	var ids []string
	for _, l := range order.Lines {
		ids = append(ids, strconv.FormatInt(int64(l.Service), 10))
	}
	if len(ids) == 1 {
		return "service " + ids[0]
	}
	return "services " + strings.Join(ids, ", ")
}

// lines gives what the order does with services.
func (c *orderPlace) lines() []telecom.OrderLine {
	if c.Type == string(telecom.OrderAddLine) {
		added := &telecom.NewOrder{
			Package: catalogue.PackageID(c.Package), ServiceType: catalogue.ServiceTypeID(c.ServiceType),
			Provider: catalogue.ProviderID(c.Provider),
		}
		for _, p := range c.Add {
			added.Products = append(added.Products, telecom.AddedProduct{Product: p.product, Quantity: p.quantity, Rate: p.rate})
		}
		return []telecom.OrderLine{{New: added}}
	}
	var lines []telecom.OrderLine
	for _, id := range c.Service {
		line := telecom.OrderLine{Service: telecom.ServiceID(id), Products: c.products()}
		if c.Type == string(telecom.OrderChangeFeature) {
			line.Action = telecom.ChangeLine
		}
		lines = append(lines, line)
	}
	return lines
}

// products gives what the order does with the products of a service.
func (c *orderPlace) products() []telecom.OrderProduct {
	var products []telecom.OrderProduct
	for _, p := range c.Add {
		products = append(products, telecom.OrderProduct{
			Action: telecom.AddProduct, Product: p.product, Quantity: p.quantity, Rate: p.rate,
		})
	}
	for _, id := range slices.Sorted(maps.Keys(c.Rate)) {
		rate := c.Rate[id]
		products = append(products, telecom.OrderProduct{
			Action: telecom.ChangeProduct, CustomerProduct: telecom.CustomerProductID(id), Rate: &rate,
		})
	}
	for _, id := range c.Remove {
		products = append(products, telecom.OrderProduct{
			Action: telecom.RemoveProduct, CustomerProduct: telecom.CustomerProductID(id),
		})
	}
	return products
}

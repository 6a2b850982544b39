package telecom_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

// TestNothingThatHappensBreaksTheRules lets random things happen to customers of a tenant, one after the other, and looks at
// everything after each of them.
func TestNothingThatHappensBreaksTheRules(t *testing.T) {
	eachEngine(t, func(w *world) {
		tenants := 0
		rapid.Check(w.t, func(t *rapid.T) {
			tenants++
			l := newLife(w, t, fmt.Sprint("LIFE", tenants))
			l.begin()
			for range rapid.IntRange(10, 35).Draw(t, "steps") {
				l.step()
			}
		})
	})
}

// life is a tenant in which things happen.
type life struct {
	*world
	t    *rapid.T
	who  access.Principal
	now  held  // after the latest step
	rows int64 // the last audit row that was looked at
	told int   // so many announcements were
}

// held is all that a tenant has, and the same by the names that the audit trail gives it.
type held struct {
	contents
	records map[string]any
}

func newLife(w *world, t *rapid.T, code string) *life {
	tenant, err := w.people.Tenants.Add(w.ctx, w.people.Operator(), access.Tenant{Kind: access.Company, Code: code, Name: code})
	w.must(err)
	l := &life{world: w, t: t, who: access.OperatorOf(tenant, w.people.Operator())}
	_, err = w.Imports.Run(w.ctx, l.who, telecom.Import{Import: catalogue.Import{Entries: sold()}})
	w.must(err)
	rows := w.audit()
	l.now, l.rows, l.told = l.look(), rows[len(rows)-1].ID, len(w.store.told)
	return l
}

// look reads all that the tenant has.
func (l *life) look() (h held) {
	l.must(l.store.View(l.ctx, func(r telecom.Records) error {
		h = held{}
		return h.add(l.ctx, r, l.who.Tenant.ID)
	}))
	h.records = map[string]any{}
	name(h.records, "customer", h.Customers, func(c telecom.Customer) int64 { return int64(c.ID) })
	name(h.records, "service", h.Services, func(s telecom.Service) int64 { return int64(s.ID) })
	name(h.records, "customer_product", h.Products, func(p telecom.CustomerProduct) int64 { return int64(p.ID) })
	name(h.records, "order", h.Orders, func(o telecom.Order) int64 { return int64(o.ID) })
	name(h.records, "inventory", h.Inventory, func(i telecom.InventoryItem) int64 { return int64(i.ID) })
	return h
}

func name[T any](records map[string]any, noun string, all []T, id func(T) int64) {
	for _, one := range all {
		records[fmt.Sprintf("%s:%d", noun, id(one))] = one
	}
}

// step lets one thing happen, and after an order half of the time its completion.
func (l *life) step() {
	switch pick(l, "deed", []string{
		"place", "place", "place", "products", "products", "complete", "complete", "cancel", "move", "edit", "add an item",
		"assign", "assign", "unassign", "service", "customer",
	}) {
	case "place":
		l.order(l.placeOrder)
	case "products":
		l.order(l.changeProducts)
	case "complete":
		l.happens(l.completeOrder)
	case "cancel":
		l.happens(l.cancelOrder)
	case "move":
		l.happens(l.moveOrder)
	case "edit":
		l.happens(l.editOrder)
	case "add an item":
		l.happens(l.addItem)
	case "assign":
		l.happens(l.assignItem)
	case "unassign":
		l.happens(l.unassignItem)
	case "service":
		l.happens(l.changeService)
	default:
		l.happens(l.createCustomer)
	}
}

// order places an order that completes at once, half of the time.
func (l *life) order(place func() error) {
	orders := len(l.now.Orders)
	l.happens(place)
	if len(l.now.Orders) > orders && l.yes("complete it") {
		l.complete(l.now.Orders[orders].ID)
	}
}

// complete completes an order.
func (l *life) complete(id telecom.OrderID) {
	l.happens(func() error {
		_, err := l.Orders.Change(l.ctx, l.who, id, telecom.OrderEdit{Status: ptr(telecom.Complete)})
		return err
	})
}

// happens does something, and looks whether all is as it has to be then.
func (l *life) happens(deed func() error) {
	l.clock.Advance(time.Minute)
	err := deed()
	was := l.now
	l.now = l.look()
	l.toldOf(was, err)
	l.edges(was)
	l.whole()
}

// toldOf expects one audit row and one announcement for each record that differs, and none that differs after a refusal.
func (l *life) toldOf(was held, err error) {
	changed := []string{}
	for name, record := range l.now.records {
		if !cmp.Equal(was.records[name], record, byValue()...) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	if err != nil {
		l.t.Logf("refused: %v", err)
		if problem.Of(err).Code == problem.Internal {
			l.t.Fatalf("something broke: %v", err)
		}
		if len(changed) > 0 {
			l.t.Fatalf("a refusal changed %v", changed)
		}
	}
	var rows, told []string
	page, err := l.people.Audit.List(l.ctx, access.AuditFilter{Page: access.Page{After: l.rows, Limit: 100_000}})
	l.must(err)
	for _, row := range page {
		rows, l.rows = append(rows, row.Object), row.ID
	}
	for _, a := range l.store.told[l.told:] {
		told = append(told, a.Subject)
	}
	l.told = len(l.store.told)
	slices.Sort(rows)
	slices.Sort(told)
	if diff := cmp.Diff(changed, rows, byValue()...); diff != "" {
		l.t.Fatalf("the audit rows are not the changes (-changed +rows):\n%s", diff)
	}
	if diff := cmp.Diff(changed, told, byValue()...); diff != "" {
		l.t.Fatalf("the announcements are not the changes (-changed +told):\n%s", diff)
	}
}

// edges expects every status to have come from where it may come from. The tables say once more what the product's say.
func (l *life) edges(was held) {
	service := map[telecom.Status][]telecom.Status{
		"": {telecom.Pending}, telecom.Pending: {telecom.Active, telecom.Disconnected},
		telecom.Active: {telecom.Denied, telecom.Disconnected}, telecom.Denied: {telecom.Active, telecom.Disconnected},
	}
	stuck := []telecom.OrderStatus{"ERROR", "FLOW_ERROR", "HOLD", "PAYMENT_HOLD", "LIFELINE_HOLD", "JEOPARDY"}
	order := map[telecom.OrderStatus][]telecom.OrderStatus{
		"":            {"NEW"},
		"NEW":         append([]telecom.OrderStatus{"SENT", "CONFIRMED", "PROVISIONED", "COMPLETE", "CANCELED"}, stuck...),
		"SENT":        append([]telecom.OrderStatus{"CONFIRMED", "PROVISIONED", "COMPLETE", "CANCELED"}, stuck...),
		"CONFIRMED":   append([]telecom.OrderStatus{"PROVISIONED", "COMPLETE", "CANCELED"}, stuck...),
		"PROVISIONED": {"COMPLETE", "CANCELED", "ERROR", "JEOPARDY"},
	}
	for _, s := range stuck {
		order[s] = append([]telecom.OrderStatus{"NEW", "SENT", "CONFIRMED", "PROVISIONED", "COMPLETE", "CANCELED"}, stuck...)
	}
	customer := map[telecom.CustomerStatus][]telecom.CustomerStatus{
		"": {"PROSPECT", "PENDING"}, "PROSPECT": {"PENDING"}, "PENDING": {"PROSPECT", "OPEN", "CLOSED"}, "OPEN": {"CLOSED"},
	}
	for name, record := range l.now.records {
		switch now := record.(type) {
		case telecom.Service:
			before, _ := was.records[name].(telecom.Service)
			comes(l, name, before.Status, now.Status, service)
		case telecom.CustomerProduct:
			before, _ := was.records[name].(telecom.CustomerProduct)
			comes(l, name, before.Status, now.Status, service)
		case telecom.Order:
			before, _ := was.records[name].(telecom.Order)
			comes(l, name, before.Status, now.Status, order)
		case telecom.Customer:
			before, _ := was.records[name].(telecom.Customer)
			comes(l, name, before.Status, now.Status, customer)
		}
	}
}

func comes[S ~string](l *life, name string, from, to S, allowed map[S][]S) {
	if from != to && !slices.Contains(allowed[from], to) {
		l.t.Fatalf("%s went from %q to %q", name, from, to)
	}
}

// whole expects that what the tenant has fits together.
func (l *life) whole() {
	services, products := map[telecom.ServiceID]telecom.Service{}, map[telecom.CustomerProductID]telecom.CustomerProduct{}
	inUse, live := map[telecom.CustomerID]bool{}, map[telecom.CustomerID]bool{}
	for _, s := range l.now.Services {
		services[s.ID] = s
		inUse[s.Customer] = inUse[s.Customer] || s.Status == telecom.Active || s.Status == telecom.Denied
		live[s.Customer] = live[s.Customer] || s.Status != telecom.Disconnected
		l.fits(s.ActivatedAt.IsZero() || s.Status != telecom.Pending, "service %d is PENDING and was active", s.ID)
		l.fits(s.DisconnectedAt.IsZero() == (s.Status != telecom.Disconnected), "service %d is %s, disconnected at %v", s.ID, s.Status, s.DisconnectedAt)
	}
	for _, c := range l.now.Customers {
		l.fits(inUse[c.ID] == (c.Status == telecom.Open) || c.Status == telecom.Open && live[c.ID], "customer %d is %s; in use: %v", c.ID, c.Status, inUse[c.ID])
		l.fits(!live[c.ID] || c.Status == telecom.Open || c.Status == telecom.PendingCustomer, "customer %d is %s and has live services", c.ID, c.Status)
	}
	for _, p := range l.now.Products {
		products[p.ID] = p
		s := services[p.Service]
		l.fits(s.Customer == p.Customer, "customer product %d is on another's service", p.ID)
		l.fits(p.Status == telecom.Disconnected || p.Status == telecom.Pending && s.Status != telecom.Disconnected || p.Status == s.Status,
			"customer product %d is %s, its service %s", p.ID, p.Status, s.Status)
	}
	l.wholeInventory(services, products)
}

// wholeInventory expects every item to be nobody's, or at most at one service and product, which are its customer's.
func (l *life) wholeInventory(services map[telecom.ServiceID]telecom.Service, products map[telecom.CustomerProductID]telecom.CustomerProduct) {
	for _, i := range l.now.Inventory {
		l.fits((i.Status == telecom.Assigned) == (i.Customer != 0), "item %d is %s, at customer %d", i.ID, i.Status, i.Customer)
		l.fits(i.Customer != 0 || i.Service == 0 && i.Product == 0 && i.AssignedAt.IsZero(), "item %d is nobody's and somewhere: %+v", i.ID, i)
		l.fits(i.Status == telecom.Unavailable || i.Reason == 0, "item %d is %s for reason %d", i.ID, i.Status, i.Reason)
		if i.Service != 0 {
			s := services[i.Service]
			l.fits(s.Customer == i.Customer, "item %d of customer %d is on service %d of %d", i.ID, i.Customer, s.ID, s.Customer)
			l.fits(s.Status != telecom.Disconnected, "item %d is on the disconnected service %d", i.ID, s.ID)
		}
		if i.Product != 0 {
			p := products[i.Product]
			l.fits(p.Customer == i.Customer && p.Service == i.Service, "item %d is on product %d, which is elsewhere", i.ID, p.ID)
			l.fits(p.Status != telecom.Disconnected, "item %d is on the disconnected product %d", i.ID, p.ID)
		}
	}
}

func (l *life) fits(so bool, format string, args ...any) {
	if !so {
		l.t.Fatalf(format, args...)
	}
}

// one draws the id of one of some records, the newest most often, and of one that isn't there now and then.
func one[T any, ID ~int64](l *life, label string, of []T, id func(T) ID) ID {
	ids := []ID{}
	for _, r := range slices.Backward(of) {
		ids = append(ids, id(r))
	}
	if len(ids) == 0 || l.seldom("none") && l.yes("at all") {
		return 999_999
	}
	return pick(l, label, ids)
}

// some gives those records that a step would rather have, or all when there are none.
func some[T any](of []T, rather func(T) bool) []T {
	found := slices.DeleteFunc(slices.Clone(of), func(one T) bool { return !rather(one) })
	if len(found) == 0 {
		return of
	}
	return found
}

func (l *life) yes(label string) bool { return rapid.Bool().Draw(l.t, label) }

// seldom is true once in eight times.
func (l *life) seldom(label string) bool { return pick(l, label, []int{0, 1, 2, 3, 4, 5, 6, 7}) == 7 }

// pick draws one of some values, each as often as the others: rapid would rather draw the first ones.
func pick[T any](l *life, label string, of []T) T {
	index := 0
	for n := len(of) - 1; n > 0; n /= 2 {
		index *= 2
		if l.yes(label) {
			index++
		}
	}
	return of[index%len(of)]
}

func (l *life) aCustomer() telecom.CustomerID {
	return one(l, "customer", l.now.Customers, func(c telecom.Customer) telecom.CustomerID { return c.ID })
}

// aService draws a service of a customer, or now and then of anybody.
func (l *life) aService(of telecom.CustomerID) telecom.ServiceID {
	services := l.now.Services
	if !l.seldom("anybody's service") {
		services = some(services, func(s telecom.Service) bool { return s.Customer == of && s.Status != telecom.Disconnected })
	}
	return one(l, "service", services, func(s telecom.Service) telecom.ServiceID { return s.ID })
}

// aProduct draws a product on a service, or now and then on any.
func (l *life) aProduct(on telecom.ServiceID) telecom.CustomerProductID {
	products := l.now.Products
	if !l.seldom("any product") {
		products = some(products, func(p telecom.CustomerProduct) bool { return p.Service == on })
	}
	return one(l, "product", products, func(p telecom.CustomerProduct) telecom.CustomerProductID { return p.ID })
}

// anOrder draws an order that is open, or now and then any.
func (l *life) anOrder() telecom.OrderID {
	orders := l.now.Orders
	if !l.seldom("any order") {
		orders = some(orders, func(o telecom.Order) bool { return !o.Status.Ended() })
	}
	return one(l, "order", orders, func(o telecom.Order) telecom.OrderID { return o.ID })
}

// anItem draws an item in a status, or now and then in any.
func (l *life) anItem(in telecom.InventoryStatus) telecom.InventoryID {
	items := l.now.Inventory
	if !l.seldom("any item") {
		items = some(items, func(i telecom.InventoryItem) bool { return i.Status == in })
	}
	return one(l, "item", items, func(i telecom.InventoryItem) telecom.InventoryID { return i.ID })
}

// identifier draws one of few, so that they meet.
func (l *life) identifier() string {
	return fmt.Sprintf("00:1b:44:11:3a:%02d", pick(l, "identifier", []int{0, 1, 2, 3, 4, 5, 6, 7}))
}

func (l *life) newOrder() *telecom.NewOrder {
	n := &telecom.NewOrder{
		Package:     pick(l, "package", []catalogue.PackageID{201, 201, 203, 0, 202}),
		ServiceType: pick(l, "service type", []catalogue.ServiceTypeID{1, 2, 0}),
		Process:     pick(l, "process", []catalogue.ProcessID{0, 1, 1, 2, 0, 77}),
	}
	if l.yes("with products") {
		n.Products = []telecom.AddedProduct{{Product: pick(l, "added", []catalogue.ProductID{101, 102, 104, 109})}}
	}
	if l.yes("with a device") {
		n.ESN = l.identifier()
		if phones := some(l.now.Inventory, func(i telecom.InventoryItem) bool {
			return i.Status == telecom.Available && i.Kind == catalogue.MobileDevice
		}); len(phones) > 0 {
			n.ESN = phones[0].Identifier
		}
	}
	if l.yes("with a port") {
		n.Port = &telecom.Port{MDN: "4045550100"}
	}
	return n
}

// begin makes two customers, one with two services, and some phones, to whom things can happen.
func (l *life) begin() {
	for n := range 2 {
		l.happens(func() error {
			_, err := l.Customers.Create(l.ctx, l.who, person(), nil, starter())
			return err
		})
		l.happens(func() error {
			_, err := l.Inventory.Add(l.ctx, l.who, telecom.InventoryItem{Type: 1, Identifier: fmt.Sprint("PHONE-", n)}, nil)
			return err
		})
	}
	l.happens(func() error {
		_, err := l.Orders.Place(l.ctx, l.who, telecom.Order{
			Customer: l.now.Customers[0].ID, Type: telecom.OrderAddLine, Lines: []telecom.OrderLine{{New: starter()}},
		})
		return err
	})
	for _, o := range l.now.Orders {
		if l.yes("complete it") {
			l.complete(o.ID)
		}
	}
}

func (l *life) createCustomer() error {
	var order *telecom.NewOrder
	if !l.seldom("without an order") {
		order = l.newOrder()
	}
	_, err := l.Customers.Create(l.ctx, l.who, person(), nil, order)
	return err
}

func (l *life) placeOrder() error {
	o := telecom.Order{Customer: l.aCustomer(), Type: pick(l, "type", []telecom.OrderType{
		telecom.OrderAddLine, telecom.OrderDeny, telecom.OrderRestore, telecom.OrderDeny, telecom.OrderRestore, telecom.OrderDisconnect,
		telecom.OrderDisconnect, "TRANSFER",
	})}
	for range pick(l, "lines", []int{1, 0, 1, 2}) {
		if o.Type == telecom.OrderAddLine {
			o.Lines = append(o.Lines, telecom.OrderLine{New: l.newOrder()})
		} else {
			o.Lines = append(o.Lines, telecom.OrderLine{Service: l.aService(o.Customer)})
		}
	}
	if o.Type == telecom.OrderDisconnect {
		o.InventoryStatus = pick(l, "inventory", []telecom.InventoryStatus{"", telecom.Unavailable, telecom.Assigned})
	}
	return l.place(o)
}

// changeProducts orders changes on a service: products that are added, others that it has changed or removed.
func (l *life) changeProducts() error {
	o := telecom.Order{Customer: l.aCustomer(), Type: telecom.OrderChangeFeature}
	service := l.aService(o.Customer)
	if l.seldom("disconnect it") {
		o.Lines = []telecom.OrderLine{{Service: service, Action: telecom.DisconnectLine}}
		return l.place(o)
	}
	line := telecom.OrderLine{Service: service, Action: telecom.ChangeLine}
	for range pick(l, "products", []int{1, 2, 3}) {
		p := telecom.OrderProduct{Action: pick(l, "action", []telecom.ProductAction{
			telecom.AddProduct, telecom.ChangeProduct, telecom.RemoveProduct,
		})}
		if p.Action == telecom.AddProduct {
			p.Product, p.Quantity = pick(l, "added", []catalogue.ProductID{101, 104, 101, 102, 109, 1}), 2
		} else {
			p.CustomerProduct = l.aProduct(service)
		}
		if p.Action == telecom.ChangeProduct || l.yes("with a rate") {
			p.Rate = ptr(decimal.New(pick(l, "rate", []int64{0, 995, -500}), -2))
		}
		line.Products = append(line.Products, p)
	}
	o.Lines = []telecom.OrderLine{line}
	return l.place(o)
}

func (l *life) place(o telecom.Order) error {
	_, err := l.Orders.Place(l.ctx, l.who, o)
	return err
}

func (l *life) moveOrder() error {
	to := pick(l, "status", []telecom.OrderStatus{
		"SENT", "CONFIRMED", "PROVISIONED", "COMPLETE", "ERROR", "CANCELED", "FLOW_ERROR", "HOLD", "JEOPARDY", "NEW", "NOT_SPECIFIED",
	})
	return l.edit(telecom.OrderEdit{Status: &to})
}

func (l *life) completeOrder() error {
	e := telecom.OrderEdit{Status: ptr(telecom.Complete)}
	if l.yes("with a date") {
		e.CompletedAt = ptr(pick(l, "date", []time.Time{day(1), day(2), day(1), {}}))
	}
	return l.edit(e)
}

func (l *life) cancelOrder() error { return l.edit(telecom.OrderEdit{Status: ptr(telecom.Canceled)}) }

func (l *life) editOrder() error {
	var e telecom.OrderEdit
	if l.yes("note") {
		e.StatusNote = ptr(pick(l, "the note", []string{"", "late", strings.Repeat("x", 5000)}))
	}
	if l.yes("process") {
		e.Process = ptr(pick(l, "the process", []catalogue.ProcessID{1, 2, 77}))
	}
	if l.yes("route") {
		e.Route = ptr(pick(l, "the route", []catalogue.RouteID{111, 112, 121, 999}))
	}
	if l.yes("shipping") {
		e.Shipping = ptr(pick(l, "shipped", []telecom.ShippingStatus{telecom.Shipped, telecom.NotShipped, ""}))
	}
	return l.edit(e)
}

func (l *life) edit(e telecom.OrderEdit) error {
	_, err := l.Orders.Change(l.ctx, l.who, l.anOrder(), e)
	return err
}

func (l *life) addItem() error {
	_, err := l.Inventory.Add(l.ctx, l.who, telecom.InventoryItem{
		Type:       pick(l, "type", []catalogue.InventoryTypeID{1, 1, 4, 5, 1, 9}),
		Identifier: l.identifier(),
		Status:     pick(l, "status", []telecom.InventoryStatus{"", "", "", telecom.Unavailable, telecom.Assigned}),
	}, nil)
	return err
}

// assignItem hands an item to somebody, or one that somebody has to a service or product.
func (l *life) assignItem() error {
	customer := l.aCustomer()
	service := l.aService(customer)
	to := telecom.Target{}
	if l.yes("to a service") {
		to.Service = service
	}
	if l.yes("to a product") {
		to.Product = l.aProduct(service)
	}
	if to == (telecom.Target{}) || l.yes("to a customer") {
		to.Customer = customer
	}
	in := telecom.Available
	if l.seldom("again") {
		in = telecom.Assigned
	}
	_, err := l.Inventory.Assign(l.ctx, l.who, l.anItem(in), to)
	return err
}

func (l *life) unassignItem() error {
	_, err := l.Inventory.Unassign(l.ctx, l.who, l.anItem(telecom.Assigned), telecom.Release{
		Status: pick(l, "status", []telecom.InventoryStatus{"", telecom.Unavailable, "", telecom.Batched}),
		Reason: pick(l, "reason", []catalogue.ReasonID{0, 0, 1, 77}),
	})
	return err
}

func (l *life) changeService() error {
	number := pick(l, "number", []string{"", "4045550101", "4045550102"})
	_, err := l.Services.Change(l.ctx, l.who, l.aService(l.aCustomer()), telecom.ServiceEdit{Number: &number})
	return err
}

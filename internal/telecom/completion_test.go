package telecom_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

// readingStore is a store that counts, by name, what transactions read in it.
type readingStore struct {
	telecom.Store
	reads map[string]int // in the latest transaction
}

// Update applies one transaction or nothing.
func (s *readingStore) Update(ctx context.Context, write func(telecom.Tx) error) error {
	return s.Store.Update(ctx, func(tx telecom.Tx) error {
		s.reads = map[string]int{}
		return write(&readingTx{tx, s.reads})
	})
}

type readingTx struct {
	telecom.Tx
	reads map[string]int
}

func (t *readingTx) Agent(ctx context.Context, id access.AgentID) (access.Agent, error) {
	t.reads["agent"]++
	return t.Tx.Agent(ctx, id)
}

func (t *readingTx) Services(ctx context.Context, f telecom.ServiceFilter) ([]telecom.Service, error) {
	t.reads["services"]++
	return t.Tx.Services(ctx, f)
}

func (t *readingTx) CustomerProducts(ctx context.Context, f telecom.ProductFilter) ([]telecom.CustomerProduct, error) {
	t.reads["products"]++
	return t.Tx.CustomerProducts(ctx, f)
}

func (t *readingTx) InventoryItems(ctx context.Context, f telecom.InventoryFilter) ([]telecom.InventoryItem, error) {
	t.reads["items"]++
	return t.Tx.InventoryItems(ctx, f)
}

// reads gives what is read of lists while do changes something.
func (w *world) reads(do func(*telecom.Core) error) map[string]int {
	w.t.Helper()
	s := &readingStore{Store: w.store}
	core := telecom.New(telecom.Deps{Store: s, Library: catalogue.NewLibrary(1), Now: w.clock.Now, Settings: telecom.DefaultSettings()})
	w.must(do(core))
	return s.reads
}

// lines places an order of so many more services for a customer.
func (w *world) lines(id telecom.CustomerID, many int) telecom.Order {
	w.t.Helper()
	line := telecom.OrderLine{Action: telecom.AddLine, New: &telecom.NewOrder{ServiceType: 1, Products: []telecom.AddedProduct{{Product: 104}}}}
	return w.placed(telecom.Order{Customer: id, Type: telecom.OrderAddLine, Lines: slices.Repeat([]telecom.OrderLine{line}, many)})
}

func TestAnOrderReadsAsMuchHoweverManyServicesItReaches(t *testing.T) {
	eachEngine(t, func(w *world) {
		of := func(many int) (all []map[string]int) {
			id := w.add(person(), nil).Customer.ID
			orders := []telecom.Order{w.lines(id, many)}
			for i := range 4 {
				if i > 0 {
					types := []telecom.OrderType{telecom.OrderDeny, telecom.OrderRestore, telecom.OrderDisconnect}
					orders = append(orders, w.placed(telecom.Order{Customer: id, Type: types[i-1]}))
				}
				all = append(all, w.reads(func(c *telecom.Core) error {
					_, err := c.Orders.Change(w.ctx, w.alice, orders[i].ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
					return err
				}))
			}
			return all
		}
		w.same(of(12), of(2))
	})
}

func TestAnOrderReadsAsMuchInventoryHoweverManyProductsItRemoves(t *testing.T) {
	eachEngine(t, func(w *world) {
		of := func(many int) map[string]int {
			loyalty := slices.Repeat([]telecom.AddedProduct{{Product: 104}}, many)
			c := w.add(person(), &telecom.NewOrder{ServiceType: 1, Products: loyalty})
			w.become(c.Orders[0].ID, telecom.Complete)
			var remove []telecom.OrderProduct
			for _, p := range c.Products {
				remove = append(remove, telecom.OrderProduct{Action: telecom.RemoveProduct, CustomerProduct: p.ID})
			}
			o := w.placed(w.features(c, remove...))
			return w.reads(func(c *telecom.Core) error {
				_, err := c.Orders.Change(w.ctx, w.alice, o.ID, telecom.OrderEdit{Status: ptr(telecom.Complete)})
				return err
			})
		}
		w.same(of(6), of(1))
	})
}

func TestAnAnnouncementKeepsUpWithTheFirstNumber(t *testing.T) {
	eachEngine(t, func(w *world) {
		id := w.add(person(), nil).Customer.ID
		o := w.lines(id, 3)
		for i, number := range []string{"404 555 0101", "404 555 0102"} {
			_, err := w.Services.Change(w.ctx, w.alice, o.Lines[i].Service, telecom.ServiceEdit{Number: &number})
			w.must(err)
		}
		numbers := func(do func()) (told []string) {
			from := len(w.store.told)
			do()
			for _, a := range w.store.told[from:] {
				told = append(told, a.Name+" "+a.Values["number"])
			}
			return told
		}
		w.run("as services become active", func() {
			w.same(numbers(func() { w.become(o.ID, telecom.Complete) }), []string{
				"service.active 404 555 0101", "service.active 404 555 0102", "service.active 404 555 0101",
				"customer_product.active 404 555 0101", "customer_product.active 404 555 0101", "customer_product.active 404 555 0101",
				"customer.open 404 555 0101", "order.complete 404 555 0101",
			})
		})
		w.run("as they are suspended", func() {
			deny := w.placed(telecom.Order{Customer: id, Type: telecom.OrderDeny, Lines: []telecom.OrderLine{{Service: o.Lines[0].Service}}})
			w.same(numbers(func() { w.become(deny.ID, telecom.Complete) }), []string{
				"service.denied 404 555 0101", "customer_product.denied 404 555 0102", "order.complete 404 555 0101",
			})
		})
		w.run("as they are disconnected, until none is left", func() {
			all := w.placed(telecom.Order{Customer: id, Type: telecom.OrderDisconnect})
			w.same(numbers(func() { w.become(all.ID, telecom.Complete) }), []string{
				"service.disconnected 404 555 0101", "service.disconnected 404 555 0102", "service.disconnected ",
				"customer_product.disconnected ", "customer_product.disconnected ", "customer_product.disconnected ",
				"customer.closed ", "order.complete 404 555 0101",
			})
		})
	})
}

func TestNothingEndsBeforeTheDayOnWhichItBegan(t *testing.T) {
	eachEngine(t, func(w *world) {
		begun := func() telecom.Created {
			c := w.add(person(), starter())
			_, err := w.Orders.Change(w.ctx, w.alice, c.Orders[0].ID, telecom.OrderEdit{Status: ptr(telecom.Complete), CompletedAt: ptr(day(20).Add(15 * time.Hour))})
			w.must(err)
			return c
		}
		ends := func(o telecom.Order, at time.Time) error {
			_, err := w.Orders.Change(w.ctx, w.alice, o.ID, telecom.OrderEdit{Status: ptr(telecom.Complete), CompletedAt: &at})
			return err
		}
		c := begun()
		whole := w.placed(telecom.Order{Customer: c.Customer.ID, Type: telecom.OrderDisconnect})
		removal := w.placed(w.features(c, telecom.OrderProduct{Action: telecom.RemoveProduct, CustomerProduct: c.Products[1].ID}))
		for name, o := range map[string]telecom.Order{"a disconnection": whole, "a removal": removal} {
			w.run(name+" of the day before is refused with both days", func() {
				var refused error
				w.refuses(problem.InvalidInput, func() error { refused = ends(o, day(19)); return refused })
				for _, said := range []string{"2026-06-19", "2026-06-20"} {
					if !strings.Contains(refused.Error(), said) {
						w.t.Errorf("%q doesn't say %s", refused, said)
					}
				}
			})
		}
		w.run("one of the same day, told without a time, is not", func() {
			w.must(ends(removal, day(20)))
			w.must(ends(whole, day(20)))
			w.same(w.service(c.Services[0].ID).DisconnectedAt, day(20))
		})
	})
}

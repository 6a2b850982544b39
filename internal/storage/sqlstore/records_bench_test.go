package sqlstore_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
)

// The two sizes of store that are held beside each other, in customers, and how many times longer the larger may take.
const (
	fewCustomers  = 1000
	manyCustomers = 100_000
	mostRatio     = 1.5
)

// core is the services over a seeded store, for an operator.
type core struct {
	*telecom.Core
	who       access.Principal
	customers int
	next      int
}

func newCore(b *testing.B, data string, customers int) *core {
	b.Helper()
	s := storetest.Open(b, data)
	tenant := seed(b, s, s.Shared(), customers)
	err := s.Catalogue().Update(b.Context(), func(tx catalogue.Tx) error {
		var entries catalogue.Entries
		for id := range catalogue.ProviderID(100) {
			entries.Providers = append(entries.Providers, catalogue.Provider{ID: id + 1, Name: "a provider"})
		}
		return tx.PutCatalogueEntries(b.Context(), tenant.ID, entries)
	})
	if err != nil {
		b.Fatal(err)
	}
	return &core{
		Core: telecom.New(telecom.Deps{
			Store: s.Telecom(), Library: catalogue.NewLibrary(1), Now: time.Now, Settings: telecom.DefaultSettings(),
		}),
		who: access.OperatorOf(tenant, access.By{}), customers: customers,
	}
}

// look looks at customers all over the store, and gives how long it took.
func (c *core) look(b *testing.B, key func(n int) telecom.CustomerKey) time.Duration {
	runtime.GC()
	begun := time.Now()
	for range 100 {
		c.next = (c.next + 7919) % c.customers
		v, err := c.Customers.Look(b.Context(), c.who, key(c.next+1))
		if err != nil || len(v.Services) != 3 || v.Customer.ID != seededCustomer(c.next+1) {
			b.Fatalf("customer %d: %+v, %v", c.next+1, v, err)
		}
	}
	return time.Since(begun)
}

// BenchmarkLook looks at customers by number and by id in a store with 1,000 of them and in one with 100,000, in turns, so that
// a noisy machine disturbs both. "ratio" is how many times longer the larger store takes.
func BenchmarkLook(b *testing.B) {
	engines := map[string]func(b *testing.B) string{
		"SQLite":     func(b *testing.B) string { return b.TempDir() },
		"PostgreSQL": func(b *testing.B) string { return storetest.PostgreSQL(b) },
	}
	for engine, place := range engines {
		b.Run(engine, func(b *testing.B) {
			few, many := newCore(b, place(b), fewCustomers), newCore(b, place(b), manyCustomers)
			b.Run("by number", func(b *testing.B) {
				hold(b, few, many, func(n int) telecom.CustomerKey { return telecom.CustomerKey{Number: seededNumber(3 * n)} })
			})
			b.Run("by id", func(b *testing.B) {
				hold(b, few, many, func(n int) telecom.CustomerKey { return telecom.CustomerKey{ID: seededCustomer(n)} })
			})
			b.Run("search", func(b *testing.B) { many.searchMemory(b) })
		})
	}
}

func hold(b *testing.B, few, many *core, key func(n int) telecom.CustomerKey) {
	few.look(b, key)
	many.look(b, key)
	var took, tookMany []time.Duration
	round := func() { took, tookMany = append(took, few.look(b, key)), append(tookMany, many.look(b, key)) }
	for b.Loop() {
		round()
	}
	ratio := func() float64 { return float64(slices.Min(tookMany)) / float64(slices.Min(took)) }
	for len(took) < 40 || ratio() > mostRatio && len(took) < 200 { // a machine is not noisy for ever
		round()
	}
	b.ReportMetric(ratio(), "ratio")
	b.ReportMetric(float64(slices.Min(tookMany).Microseconds())/100, "µs/look")
	b.ReportMetric(0, "ns/op")
	if ratio() > mostRatio {
		b.Errorf("with %d customers it takes %.2f times as long as with %d", manyCustomers, ratio(), fewCustomers)
	}
}

// searchMemory goes through 1,000 orders and through 10,000, each with its services, and reports how much memory they hold.
func (c *core) searchMemory(b *testing.B) {
	peak := func(providers int, want int) uint64 {
		q := telecom.OrderQuery{WithServices: true}
		for id := range providers {
			q.Providers = append(q.Providers, catalogue.ProviderID(id+1))
		}
		before, most, found := held(), uint64(0), 0
		err := c.Orders.Search(b.Context(), c.who, q, func(o telecom.FoundOrder) error {
			if found++; found%500 == 1 {
				now := held()
				most = max(most, now-min(before, now))
			}
			return nil
		})
		if err != nil || found != want {
			b.Fatalf("%d orders, %v", found, err)
		}
		return most
	}
	peak(1, manyCustomers/100)
	few := peak(1, manyCustomers/100)
	many := peak(10, manyCustomers/10)
	for b.Loop() {
	}
	b.ReportMetric(float64(few)/1024, "KiB/1,000")
	b.ReportMetric(float64(many)/1024, "KiB/10,000")
	b.ReportMetric(0, "ns/op")
	if many > few+1<<20 {
		b.Errorf("10,000 orders hold %d bytes, 1,000 hold %d", many, few)
	}
}

// held is how much memory is in use.
func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

package telecom_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
)

// post posts a transaction of alice and gives it as it is stored.
func (w *world) post(t telecom.Transaction) telecom.Transaction {
	w.t.Helper()
	posted, err := w.Transactions.Post(w.ctx, w.alice, t)
	w.must(err)
	found, err := w.Transactions.Find(w.ctx, w.alice, telecom.TransactionFilter{Customer: posted.Customer})
	w.must(err)
	w.same(posted, found[len(found)-1])
	return posted
}

func TestATransactionIsPosted(t *testing.T) {
	eachEngine(t, func(w *world) {
		c := w.add(person(), starter())
		customer, service, product := c.Customer.ID, c.Services[0].ID, c.Products[0].ID
		base := telecom.Transaction{TenantID: w.alice.Tenant.ID, Customer: customer, Kind: telecom.Charge, Quantity: 1, From: day(1), To: day(1), CreatedAt: w.clock.Now()}
		cases := map[string]struct{ given, want telecom.Transaction }{
			"for a product, whose type and description it takes": {
				telecom.Transaction{Customer: customer, OfProduct: 103, Amount: amount("35")},
				telecom.Transaction{OfProduct: 103, OfType: 2, Amount: amount("35"), Description: "Set-up of a line"},
			},
			"for a product without a description, by its name": {
				telecom.Transaction{Customer: customer, OfProduct: 102, Amount: amount("0.0001")},
				telecom.Transaction{OfProduct: 102, OfType: 1, Amount: amount("0.0001"), Description: "Cover"},
			},
			"for a product type, by its name": {
				telecom.Transaction{Customer: customer, OfType: 2},
				telecom.Transaction{OfType: 2, Description: "Set-up fee"},
			},
			"for a customer product, which names customer, service and product": {
				telecom.Transaction{Product: product, Amount: amount("99999999999.9999")},
				telecom.Transaction{Product: product, Service: service, OfProduct: 101, OfType: 1, Amount: amount("99999999999.9999"), Description: c.Products[0].Description},
			},
			"for a service, which names the customer": {
				telecom.Transaction{Service: service, OfType: 1, Amount: amount("1")},
				telecom.Transaction{Service: service, OfType: 1, Amount: amount("1"), Description: "Plan"},
			},
			"with all that can be given": {
				telecom.Transaction{
					Customer: customer, Service: service, Product: product, OfProduct: 101, OfType: 1, Amount: amount("1.50"), Quantity: 3,
					Description: "Extra", From: day(2), To: day(5), TaxIncluded: true, Agent: w.agent.ID,
				},
				telecom.Transaction{
					Service: service, Product: product, OfProduct: 101, OfType: 1, Amount: amount("1.5"), Quantity: 3,
					Description: "Extra", From: day(2), To: day(5), TaxIncluded: true, Agent: w.agent.ID,
				},
			},
		}
		for name, k := range cases {
			w.run(name, func() {
				k.given.Kind = telecom.Charge
				got, want := w.post(k.given), k.want
				want.ID, want.TenantID, want.Customer, want.Kind, want.CreatedAt = got.ID, base.TenantID, base.Customer, base.Kind, base.CreatedAt
				if want.Quantity == 0 {
					want.Quantity, want.From, want.To = base.Quantity, base.From, base.To
				}
				w.same(got, want)
			})
		}
		w.run("with one audit row and one announcement, of the service's number", func() {
			w.number(service, "4045550100")
			w.end(c.Orders[0].ID, telecom.Complete)
			var posted telecom.Transaction
			w.writes(func() (err error) {
				posted, err = w.Transactions.Post(w.ctx, w.alice, telecom.Transaction{Service: service, OfType: 1, Kind: telecom.Credit, Amount: amount("2.5")})
				return err
			}, "transaction.post")
			w.same(w.last().Values, map[string]string{
				"number": "4045550100", "customer": itoa(customer), "service": itoa(service), "transaction": itoa(posted.ID),
			})
			if row := w.audit()[len(w.audit())-1]; row.Detail != "CREDIT of 2.5000" {
				t.Errorf("the row says %q", row.Detail)
			}
		})
		w.run("to a customer who is closed", func() {
			w.disconnect(customer)
			w.post(telecom.Transaction{Customer: customer, OfType: 1, Kind: telecom.Charge, Amount: amount("5")})
		})
	})
}

func TestATransactionIsToday(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		w := newWorld(t, data, telecom.DefaultSettings())
		_, err := w.people.Tenants.Change(w.ctx, w.people.Operator(), w.alice.Tenant.ID, func(t *access.Tenant) { t.TimeZone = "Pacific/Auckland" })
		w.must(err)
		tenant, err := w.people.Tenants.ByCode(w.ctx, "ACME")
		w.must(err)
		w.alice.Tenant = tenant
		got := w.post(telecom.Transaction{Customer: w.add(person(), nil).Customer.ID, OfType: 1, Kind: telecom.Charge})
		want := time.Date(2026, 6, 2, 0, 0, 0, 0, tenant.Location()) // noon of 1 June in UTC
		if !got.From.Equal(want) || !got.To.Equal(want) {
			t.Errorf("from %v to %v, want %v", got.From, got.To, want)
		}
	})
}

func TestATransactionIsRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		one, two := w.add(person(), starter()), w.add(person(), starter())
		customer, service, product := one.Customer.ID, one.Services[0].ID, one.Products[0].ID
		other := w.add(person(), starter())
		theirs, err := w.people.Agents.Add(w.ctx, w.people.Operator(), access.Agent{TenantID: w.rival.Tenant.ID, Number: "7", Name: "Theirs"})
		w.must(err)
		charge := telecom.Charge
		for name, c := range map[string]struct {
			code  problem.Code
			given telecom.Transaction
		}{
			"without a type":                              {problem.InvalidInput, telecom.Transaction{Customer: customer, OfType: 1}},
			"of a type that is none":                      {problem.InvalidInput, telecom.Transaction{Customer: customer, OfType: 1, Kind: "GIFT"}},
			"for nothing":                                 {problem.InvalidInput, telecom.Transaction{Customer: customer, Kind: charge}},
			"for nobody":                                  {problem.InvalidInput, telecom.Transaction{OfType: 1, Kind: charge}},
			"with an id":                                  {problem.InvalidInput, telecom.Transaction{ID: 1, Customer: customer, OfType: 1, Kind: charge}},
			"with a statement":                            {problem.InvalidInput, telecom.Transaction{Statement: 1, Customer: customer, OfType: 1, Kind: charge}},
			"with a date of its own":                      {problem.InvalidInput, telecom.Transaction{CreatedAt: day(1), Customer: customer, OfType: 1, Kind: charge}},
			"with a negative amount":                      {problem.InvalidInput, telecom.Transaction{Amount: amount("-0.01"), Customer: customer, OfType: 1, Kind: charge}},
			"with five decimals":                          {problem.InvalidInput, telecom.Transaction{Amount: amount("0.00001"), Customer: customer, OfType: 1, Kind: charge}},
			"with an amount too large":                    {problem.InvalidInput, telecom.Transaction{Amount: amount("100000000000"), Customer: customer, OfType: 1, Kind: charge}},
			"with a negative quantity":                    {problem.InvalidInput, telecom.Transaction{Quantity: -1, Customer: customer, OfType: 1, Kind: charge}},
			"with a description too long":                 {problem.InvalidInput, telecom.Transaction{Description: strings.Repeat("x", 4001), Customer: customer, OfType: 1, Kind: charge}},
			"that ends before it begins":                  {problem.InvalidInput, telecom.Transaction{From: day(3), To: day(2), Customer: customer, OfType: 1, Kind: charge}},
			"from another age":                            {problem.InvalidInput, telecom.Transaction{From: time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC), Customer: customer, OfType: 1, Kind: charge}},
			"prorated to an amount too large":             {problem.InvalidInput, telecom.Transaction{Amount: amount("9e10"), Prorate: true, From: day(1), To: day(1).AddDate(0, 2, 0), Customer: customer, OfType: 1, Kind: charge}},
			"for a customer that isn't there":             {problem.NoSuchCustomer, telecom.Transaction{Customer: 99_999, OfType: 1, Kind: charge}},
			"for a service that isn't there":              {problem.NoSuchService, telecom.Transaction{Service: 99_999, OfType: 1, Kind: charge}},
			"for a customer product that isn't there":     {problem.NoSuchProduct, telecom.Transaction{Product: 99_999, Kind: charge}},
			"for a product that isn't there":              {problem.NoSuchProduct, telecom.Transaction{Customer: customer, OfProduct: 77, Kind: charge}},
			"for a product type that isn't there":         {problem.NoSuchProductType, telecom.Transaction{Customer: customer, OfType: 77, Kind: charge}},
			"for a type that the product isn't of":        {problem.InvalidInput, telecom.Transaction{Customer: customer, OfProduct: 101, OfType: 2, Kind: charge}},
			"for a product that the customer's isn't of":  {problem.InvalidInput, telecom.Transaction{Product: product, OfProduct: 103, Kind: charge}},
			"for the service of another":                  {problem.ServiceOfAnother, telecom.Transaction{Customer: two.Customer.ID, Service: service, OfType: 1, Kind: charge}},
			"for the customer product of another":         {problem.ServiceOfAnother, telecom.Transaction{Customer: two.Customer.ID, Product: product, Kind: charge}},
			"for a customer product of another's service": {problem.ServiceOfAnother, telecom.Transaction{Service: other.Services[0].ID, Product: product, Kind: charge}},
			"by an agent that isn't there":                {problem.NoSuchAgent, telecom.Transaction{Agent: 99_999, Customer: customer, OfType: 1, Kind: charge}},
			"by an agent of another tenant":               {problem.NoSuchAgent, telecom.Transaction{Agent: theirs.ID, Customer: customer, OfType: 1, Kind: charge}},
		} {
			w.run(name, func() {
				w.refuses(c.code, func() error { _, err := w.Transactions.Post(w.ctx, w.alice, c.given); return err })
			})
		}
		for name, c := range map[string]struct {
			code  problem.Code
			given telecom.Transaction
		}{
			"customer": {problem.NoSuchCustomer, telecom.Transaction{Customer: customer, OfType: 1, Kind: charge}},
			"service":  {problem.NoSuchService, telecom.Transaction{Service: service, OfType: 1, Kind: charge}},
			"product":  {problem.NoSuchProduct, telecom.Transaction{Product: product, Kind: charge}},
		} {
			w.run("for another tenant's "+name, func() {
				w.refuses(c.code, func() error { _, err := w.Transactions.Post(w.ctx, w.rival, c.given); return err })
			})
		}
	})
}

func TestATransactionIsProrated(t *testing.T) {
	eachEngine(t, func(w *world) {
		customer := w.add(person(), nil).Customer.ID
		at := func(text string) time.Time {
			d, err := time.Parse(time.DateOnly, text)
			w.must(err)
			return d
		}
		for _, c := range []struct{ name, amount, from, to, want string }{
			{"a whole month is the amount", "30", "2026-06-01", "2026-06-30", "30"},
			{"a whole February too", "28.5", "2026-02-01", "2026-02-28", "28.5"},
			{"a year is twelve of them", "10", "2026-01-01", "2026-12-31", "120"},
			{"one day of thirty", "30", "2026-06-15", "2026-06-15", "1"},
			{"half of a month", "31", "2026-06-16", "2026-06-30", "15.5"},
			{"days of two months, each by its own length", "31", "2026-05-31", "2026-06-15", "16.5"},
			{"a third, rounded", "10", "2026-06-01", "2026-06-10", "3.3333"},
			{"rounded half up", "0.0015", "2026-06-01", "2026-06-10", "0.0005"},
			{"rounded half up, the half itself", "0.003", "2026-06-01", "2026-06-05", "0.0005"},
			{"a half of the last decimal", "0.0001", "2026-06-01", "2026-06-15", "0.0001"},
			{"the 29th of February", "29", "2028-02-29", "2028-02-29", "1"},
		} {
			w.run(c.name, func() {
				got := w.post(telecom.Transaction{
					Customer: customer, OfType: 1, Kind: telecom.Charge, Amount: amount(c.amount), Prorate: true, From: at(c.from), To: at(c.to),
				})
				if !got.Amount.Equal(amount(c.want)) {
					t.Errorf("%s becomes %s, want %s", c.amount, got.Amount, c.want)
				}
			})
		}
		w.run("nothing is without being asked for", func() {
			got := w.post(telecom.Transaction{Customer: customer, OfType: 1, Kind: telecom.Charge, Amount: amount("30"), From: day(1), To: day(1)})
			if !got.Amount.Equal(amount("30")) {
				t.Errorf("it becomes %s", got.Amount)
			}
		})
	})
}

func TestProratedPartsAddUp(t *testing.T) {
	w := newWorld(t, t.TempDir(), telecom.DefaultSettings())
	customer := w.add(person(), nil).Customer.ID
	part := func(from, to time.Time) decimal.Decimal {
		posted, err := w.Transactions.Post(w.ctx, w.alice, telecom.Transaction{
			Customer: customer, OfType: 1, Kind: telecom.Charge, Amount: amount("377580"), Prorate: true, From: from, To: to,
		})
		w.must(err)
		return posted.Amount
	}
	rapid.Check(t, func(t *rapid.T) {
		from := day(1).AddDate(0, 0, rapid.IntRange(0, 1000).Draw(t, "from"))
		first, second := rapid.IntRange(1, 100).Draw(t, "first"), rapid.IntRange(1, 100).Draw(t, "second")
		middle, end := from.AddDate(0, 0, first), from.AddDate(0, 0, first+second-1)
		whole, sum := part(from, end), part(from, middle.AddDate(0, 0, -1)).Add(part(middle, end))
		if !whole.Equal(sum) {
			t.Errorf("%s in one, %s in two", whole, sum)
		}
	})
}

func TestTransactionsAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		c := w.add(person(), starter())
		customer, service := c.Customer.ID, c.Services[0].ID
		noon := w.clock.Now()
		var ids []telecom.TransactionID
		for _, t := range []telecom.Transaction{{Customer: customer, OfType: 1}, {Service: service, OfType: 1}} {
			t.Kind = telecom.Charge
			ids = append(ids, w.post(t).ID)
			w.clock.Advance(time.Hour)
		}
		for name, k := range map[string]struct {
			filter telecom.TransactionFilter
			want   []telecom.TransactionID
		}{
			"by customer":            {telecom.TransactionFilter{Customer: customer}, ids},
			"by service":             {telecom.TransactionFilter{Service: service}, ids[1:]},
			"from a time on":         {telecom.TransactionFilter{From: noon.Add(time.Hour)}, ids[1:]},
			"before a time":          {telecom.TransactionFilter{Customer: customer, To: noon.Add(time.Hour)}, ids[:1]},
			"by a bill that none is": {telecom.TransactionFilter{Statement: 7}, nil},
		} {
			w.run(name, func() {
				found, err := w.Transactions.Find(w.ctx, w.alice, k.filter)
				w.must(err)
				var got []telecom.TransactionID
				for _, f := range found {
					got = append(got, f.ID)
				}
				w.same(got, k.want)
			})
		}
		few := w.node(telecom.Settings{MostRows: 1})
		for name, k := range map[string]struct {
			core   *telecom.Core
			who    access.Principal
			code   problem.Code
			filter telecom.TransactionFilter
		}{
			"not without a filter":             {w.Core, w.alice, problem.InvalidInput, telecom.TransactionFilter{Limit: 1}},
			"not of a customer that is none":   {w.Core, w.alice, problem.NoSuchCustomer, telecom.TransactionFilter{Customer: 99_999}},
			"not of a service that is none":    {w.Core, w.alice, problem.NoSuchService, telecom.TransactionFilter{Service: 99_999}},
			"not of another tenant's customer": {w.Core, w.rival, problem.NoSuchCustomer, telecom.TransactionFilter{Customer: customer}},
			"not when there are too many rows": {few, w.alice, problem.InvalidInput, telecom.TransactionFilter{Customer: customer}},
		} {
			w.run(name, func() {
				w.refuses(k.code, func() error { _, err := k.core.Transactions.Find(w.ctx, k.who, k.filter); return err })
			})
		}
	})
}

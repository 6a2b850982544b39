package sqlstore_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
)

// wholeRecords is what a plan says that reads a whole table of records.
var wholeRecords = regexp.MustCompile(`(?:^SCAN |Seq Scan on )(customers|addresses|services|customer_products|orders|order_lines|` +
	`order_products|inventory_items|transactions|notes|[cils])\b`)

// wholeTenant is what a plan says that reads all that a tenant has.
var wholeTenant = regexp.MustCompile(`\(tenant_id=\?\)|Index Cond: \(tenant_id = [^()]*\)$`)

// searches is what is looked for among many records, by one thing each.
func searches(tenant access.TenantID) map[string]func(context.Context, telecom.Records) error {
	service := func(f telecom.ServiceFilter) func(context.Context, telecom.Records) error {
		return func(ctx context.Context, r telecom.Records) error {
			f.Tenant, f.Limit = tenant, 10_001
			found, err := r.Services(ctx, f)
			return some(found, err)
		}
	}
	product := func(f telecom.ProductFilter) func(context.Context, telecom.Records) error {
		return func(ctx context.Context, r telecom.Records) error {
			f.Tenant, f.Limit = tenant, 10_001
			found, err := r.CustomerProducts(ctx, f)
			return some(found, err)
		}
	}
	item := func(f telecom.InventoryFilter) func(context.Context, telecom.Records) error {
		return func(ctx context.Context, r telecom.Records) error {
			f.Tenant, f.Limit = tenant, 10_001
			found, err := r.InventoryItems(ctx, f)
			return some(found, err)
		}
	}
	order := func(f telecom.OrderFilter) func(context.Context, telecom.Records) error {
		return func(ctx context.Context, r telecom.Records) error {
			f.Tenant, f.Limit = tenant, 100
			var found []telecom.Order
			err := r.EachOrder(ctx, f, func(o telecom.Order) error { found = append(found, o); return nil })
			return some(found, err)
		}
	}
	transaction := func(f telecom.TransactionFilter) func(context.Context, telecom.Records) error {
		return func(ctx context.Context, r telecom.Records) error {
			f.Tenant, f.Limit = tenant, 10_001
			found, err := r.Transactions(ctx, f)
			return some(found, err)
		}
	}
	customer := func(f telecom.CustomerFilter) func(context.Context, telecom.Records) error {
		return func(ctx context.Context, r telecom.Records) error {
			f.Tenant, f.Limit = tenant, 10
			found, err := r.Customers(ctx, f)
			return some(found, err)
		}
	}
	one, two := seededCustomer(700), []telecom.CustomerID{1500, 1600}
	return map[string]func(context.Context, telecom.Records) error{
		"a customer by its id": func(ctx context.Context, r telecom.Records) error {
			_, err := r.Customer(ctx, tenant, one)
			return err
		},
		"customers by their ids":               customer(telecom.CustomerFilter{IDs: two}),
		"customers by their parent":            customer(telecom.CustomerFilter{Parent: 1001}),
		"customers after one":                  customer(telecom.CustomerFilter{After: 1500}),
		"services by number":                   service(telecom.ServiceFilter{Number: seededNumber(700)}),
		"services by customer":                 service(telecom.ServiceFilter{Customers: two}),
		"services by id":                       service(telecom.ServiceFilter{IDs: []telecom.ServiceID{1500, 1600}}),
		"products by id":                       product(telecom.ProductFilter{IDs: []telecom.CustomerProductID{1500, 1600}}),
		"orders by id":                         order(telecom.OrderFilter{IDs: []telecom.OrderID{1500, 1600}}),
		"services by circuit number":           service(telecom.ServiceFilter{CircuitNumber: "C-600"}),
		"services by the carrier's customer":   service(telecom.ServiceFilter{CarrierCustomerID: "X-600"}),
		"products by service":                  product(telecom.ProductFilter{Services: []telecom.ServiceID{1500}}),
		"products by customer":                 product(telecom.ProductFilter{Customers: two}),
		"items by identifier":                  item(telecom.InventoryFilter{Identifier: "ESN-700"}),
		"items by identifier and kind":         item(telecom.InventoryFilter{Identifier: "ESN-700", Kinds: []catalogue.InventoryKind{catalogue.MobileDevice}}),
		"items by MDN":                         item(telecom.InventoryFilter{MDN: "MDN-700"}),
		"items by customer":                    item(telecom.InventoryFilter{Customers: two}),
		"items by service":                     item(telecom.InventoryFilter{Services: []telecom.ServiceID{1301}}),
		"orders after one":                     order(telecom.OrderFilter{After: 1500}),
		"orders by customer":                   order(telecom.OrderFilter{Customers: two}),
		"orders by PON":                        order(telecom.OrderFilter{PONs: []string{"PON700"}}),
		"orders by number":                     order(telecom.OrderFilter{Numbers: []string{seededNumber(700)}}),
		"orders by inventory":                  order(telecom.OrderFilter{Identifiers: []string{"ESN-700"}}),
		"orders by status":                     order(telecom.OrderFilter{Statuses: []telecom.OrderStatus{telecom.Sent}}),
		"orders by provider":                   order(telecom.OrderFilter{Providers: []catalogue.ProviderID{7}}),
		"open orders by phase":                 order(telecom.OrderFilter{Phases: []catalogue.PhaseID{0}}),
		"transactions by customer":             transaction(telecom.TransactionFilter{Customer: one}),
		"transactions of a customer on a day":  transaction(telecom.TransactionFilter{Customer: one, From: time.UnixMicro(1), To: time.UnixMicro(9999)}),
		"transactions by service":              transaction(telecom.TransactionFilter{Service: 1301}),
		"transactions by statement":            transaction(telecom.TransactionFilter{Statement: 70}),
		"transactions by the time of creation": transaction(telecom.TransactionFilter{From: time.UnixMicro(100), To: time.UnixMicro(120)}),
		"a balance": func(ctx context.Context, r telecom.Records) error {
			_, err := r.Balance(ctx, tenant, one)
			return err
		},
		"services of orders": func(ctx context.Context, r telecom.Records) error {
			found, err := r.OrderServices(ctx, tenant, []telecom.OrderID{1500, 1600})
			return some(make([]int, len(found)), err)
		},
		"notes by customer": func(ctx context.Context, r telecom.Records) error {
			found, err := r.Notes(ctx, telecom.NoteFilter{Tenant: tenant, Customer: one, Limit: 10})
			return some(found, err)
		},
	}
}

// some fails where a search finds nothing: its plan would say little.
func some[T any](found []T, err error) error {
	if err == nil && len(found) == 0 {
		return fmt.Errorf("nothing is found")
	}
	return err
}

func TestRecordsAreFoundByTheirIndexes(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s := storetest.Open(t, data)
		tenant := seed(t, s, strings.HasPrefix(data, "postgres"), 10_000)
		explained := sqlstore.Explained(s, func(statement, step string) {
			if wholeRecords.MatchString(step) || wholeTenant.MatchString(step) && !strings.Contains(step, "catalogue") || strings.Contains(step, "ERROR") {
				t.Errorf("%s\nis run so: %s", statement, step)
			}
		})
		for name, search := range searches(tenant.ID) {
			t.Run(name, func(t *testing.T) {
				if err := explained.View(t.Context(), func(r telecom.Records) error { return search(t.Context(), r) }); err != nil {
					t.Error(err)
				}
			})
		}
		core := telecom.New(telecom.Deps{Store: explained, Library: catalogue.NewLibrary(1), Now: noon, Settings: telecom.DefaultSettings()})
		who := access.OperatorOf(tenant, access.By{})
		for name, key := range map[string]telecom.CustomerKey{
			"a look at a customer by its number": {Number: seededNumber(700)},
			"a look at a customer by its id":     {ID: seededCustomer(700)},
			"a look at a customer by its phone":  {Identifier: "esn-700"},
		} {
			t.Run(name, func(t *testing.T) {
				v, err := core.Customers.Look(t.Context(), who, key)
				if err != nil || len(v.Services) != 3 || len(v.Services[0].Inventory) != 1 {
					t.Errorf("%+v, %v", v, err)
				}
			})
		}
	})
}

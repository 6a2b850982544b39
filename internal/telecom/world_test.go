package telecom_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
	"latchkey/internal/telecom"
)

// world is the telecom core on a real store: the tenant ACME with its agent A-1 and the catalogue of sold, alice who works
// with it, and a rival tenant with the same catalogue and nothing else.
type world struct {
	*telecom.Core
	t      *testing.T
	ctx    context.Context
	people *accesstest.World
	clock  *accesstest.Clock // stands at noon of 2026-06-01, UTC
	store  *listening
	agent  access.Agent
	alice  access.Principal
	rival  access.Principal
}

// eachEngine runs a test on a fresh world on each engine.
func eachEngine(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.EachEngine(t, func(t *testing.T, data string) { test(newWorld(t, data, telecom.DefaultSettings())) })
}

func newWorld(t *testing.T, data string, settings telecom.Settings) *world {
	t.Helper()
	people := accesstest.New(t, data, nil)
	w := &world{t: t, ctx: people.Ctx, people: people, clock: people.Clock, agent: people.Agent}
	w.store = &listening{Store: people.Store.Telecom()}
	w.Core = w.node(settings)
	w.alice = principal(people.User("alice", nil), people.Acme, access.BuiltInRoles()[0])
	other, err := people.Tenants.Add(w.ctx, people.Operator(), access.Tenant{Kind: access.Company, Code: "RIVAL", Name: "Rival"})
	w.must(err)
	w.rival = access.OperatorOf(other, people.Operator())
	for _, who := range []access.Principal{w.alice, w.rival} {
		_, err = w.Imports.Run(w.ctx, who, telecom.Import{Import: catalogue.Import{Entries: sold()}})
		w.must(err)
	}
	w.store.told = nil
	return w
}

// node is the telecom core once more on the world's store.
func (w *world) node(settings telecom.Settings) *telecom.Core {
	return telecom.New(telecom.Deps{Store: w.store, Library: catalogue.NewLibrary(10), Now: w.clock.Now, Settings: settings})
}

// principal is an account as one who works with a role.
func principal(a access.Account, tenant access.Tenant, role access.Role) access.Principal {
	standing := &access.Standing{Account: a, Tenant: tenant, Role: role}
	return access.Caller{Dialect: access.Revio, Peer: accesstest.Here.Peer, Subject: standing, Actor: standing}.Principal()
}

// run runs a subtest; within it the world complains to the subtest.
func (w *world) run(name string, f func()) {
	w.t.Helper()
	w.t.Run(name, func(t *testing.T) {
		outer := w.t
		w.t = t
		defer func() { w.t = outer }()
		f()
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// same compares what came with what was wanted: amounts by value, times by instant, empty lists as none.
func (w *world) same(got, want any) {
	w.t.Helper()
	if diff := cmp.Diff(want, got, byValue()...); diff != "" {
		w.t.Errorf("not as wanted (-want +got):\n%s", diff)
	}
}

func byValue() cmp.Options {
	return cmp.Options{
		cmpopts.EquateEmpty(), cmpopts.EquateComparable(accesstest.Here.Peer),
		cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) }),
		cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
	}
}

// refuses expects a problem, and that nothing at all has changed or was told.
func (w *world) refuses(code problem.Code, do func() error) {
	w.t.Helper()
	before, told := w.everything(), len(w.store.told)
	if err := do(); !problem.Has(err, code) {
		w.t.Fatalf("error %v, want problem %s", err, code)
	}
	if diff := cmp.Diff(before, w.everything(), byValue()...); diff != "" {
		w.t.Errorf("a refusal changed something (-before +after):\n%s", diff)
	}
	if more := w.store.told[told:]; len(more) > 0 {
		w.t.Errorf("a refusal was announced: %v", more)
	}
}

// writes expects exactly these audit rows of a change, in order, and an announcement for each.
func (w *world) writes(do func() error, actions ...string) {
	w.t.Helper()
	before, told := len(w.audit()), len(w.store.told)
	w.must(do())
	got := []string{}
	for _, row := range w.audit()[before:] {
		got = append(got, row.Action)
	}
	w.same(got, actions)
	if n := len(w.store.told) - told; n != len(actions) {
		w.t.Errorf("%d announcements, want %d", n, len(actions))
	}
}

// audit reads the audit trail.
func (w *world) audit() []access.AuditRow {
	w.t.Helper()
	rows, err := w.people.Audit.List(w.ctx, access.AuditFilter{Page: access.Page{Limit: 100_000}})
	w.must(err)
	return rows
}

// contents is all that the store holds of customers and catalogues.
type contents struct {
	Customers    []telecom.Customer
	Services     []telecom.Service
	Products     []telecom.CustomerProduct
	Orders       []telecom.Order
	Inventory    []telecom.InventoryItem
	Transactions []telecom.Transaction
	Notes        []telecom.Note
	Entries      []catalogue.Entries
	Audit        []access.AuditRow
}

// everything reads all of it, of both tenants.
func (w *world) everything() (c contents) {
	w.t.Helper()
	const all = 1_000_000
	c.Audit = w.audit()
	for _, tenant := range []access.TenantID{w.alice.Tenant.ID, w.rival.Tenant.ID} {
		w.must(w.store.View(w.ctx, func(r telecom.Records) error {
			customers, err := r.Customers(w.ctx, telecom.CustomerFilter{Tenant: tenant, Limit: all})
			w.must(err)
			services, err := r.Services(w.ctx, telecom.ServiceFilter{Tenant: tenant, Limit: all})
			w.must(err)
			products, err := r.CustomerProducts(w.ctx, telecom.ProductFilter{Tenant: tenant, Limit: all})
			w.must(err)
			orders, err := w.orders(r, tenant)
			w.must(err)
			items, err := r.InventoryItems(w.ctx, telecom.InventoryFilter{Tenant: tenant, Limit: all})
			w.must(err)
			transactions, err := r.Transactions(w.ctx, telecom.TransactionFilter{Tenant: tenant, Limit: all})
			w.must(err)
			notes, err := r.Notes(w.ctx, telecom.NoteFilter{Tenant: tenant, Limit: all})
			w.must(err)
			entries, err := r.CatalogueEntries(w.ctx, tenant)
			c.Customers, c.Services, c.Products = append(c.Customers, customers...), append(c.Services, services...), append(c.Products, products...)
			c.Orders, c.Inventory = append(c.Orders, orders...), append(c.Inventory, items...)
			c.Transactions, c.Notes, c.Entries = append(c.Transactions, transactions...), append(c.Notes, notes...), append(c.Entries, entries)
			return err
		}))
	}
	return c
}

// orders reads a tenant's orders with their lines.
func (w *world) orders(r telecom.Records, tenant access.TenantID) (all []telecom.Order, err error) {
	var ids []telecom.OrderID
	err = r.EachOrder(w.ctx, telecom.OrderFilter{Tenant: tenant, Limit: 1_000_000}, func(o telecom.Order) error {
		ids = append(ids, o.ID)
		return nil
	})
	for _, id := range ids {
		o, err := r.Order(w.ctx, tenant, id)
		w.must(err)
		all = append(all, o)
	}
	return all, err
}

// listening is a real store that remembers what was announced.
type listening struct {
	telecom.Store
	lock sync.Mutex
	told []access.Announcement
}

// Update applies one transaction or nothing.
func (l *listening) Update(ctx context.Context, write func(telecom.Tx) error) error {
	var told []access.Announcement
	err := l.Store.Update(ctx, func(tx telecom.Tx) error {
		told = nil
		return write(&listeningTx{tx, &told})
	})
	if err == nil {
		l.lock.Lock()
		defer l.lock.Unlock()
		l.told = append(l.told, told...)
	}
	return err
}

type listeningTx struct {
	telecom.Tx
	told *[]access.Announcement
}

// Announce tells, with this transaction, what happened.
func (t *listeningTx) Announce(ctx context.Context, a access.Announcement) error {
	*t.told = append(*t.told, a)
	return t.Tx.Announce(ctx, a)
}

// last gives the latest announcement.
func (w *world) last() access.Announcement {
	w.t.Helper()
	if len(w.store.told) == 0 {
		w.t.Fatal("nothing was announced")
	}
	return w.store.told[len(w.store.told)-1]
}

func amount(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func ptr[T any](v T) *T { return &v }

// day is midnight of a day of June 2026, UTC.
func day(n int) time.Time { return time.Date(2026, 6, n, 0, 0, 0, 0, time.UTC) }

// person is a customer that can be created.
func person() telecom.Customer {
	return telecom.Customer{
		Class:    telecom.Residential,
		Physical: &catalogue.Address{FirstName: "Ada", LastName: "Byrd", Address1: "1 Main St", City: "Macon", State: "GA", Zip: "31201"},
	}
}

// starter is an order of the package of sold that has products.
func starter() *telecom.NewOrder { return &telecom.NewOrder{Package: 201} }

// add creates a customer for alice; order may be nil.
func (w *world) add(c telecom.Customer, order *telecom.NewOrder) telecom.Created {
	w.t.Helper()
	created, err := w.Customers.Create(w.ctx, w.alice, c, nil, order)
	w.must(err)
	return created
}

// read gives what a function finds in the store.
func read[T any](w *world, find func(r telecom.Records) (T, error)) (found T) {
	w.t.Helper()
	w.must(w.store.View(w.ctx, func(r telecom.Records) (err error) {
		found, err = find(r)
		return err
	}))
	return found
}

// sold is the catalogue of the test tenants.
func sold() catalogue.Entries {
	return catalogue.Entries{
		Providers:        []catalogue.Provider{{ID: 1, Name: "Northern", Code: "NORTH"}, {ID: 2, Name: "Southern", Code: "SOUTH"}, {ID: 9, Name: "Gone", Closed: true}},
		ProviderAccounts: []catalogue.ProviderAccount{{ID: 11, Provider: 1, Name: "North main"}, {ID: 12, Provider: 2, Name: "South main"}},
		ServiceTypes:     []catalogue.ServiceType{{ID: 1, Name: "Wireless"}, {ID: 2, Name: "Landline"}},
		ProductTypes:     []catalogue.ProductType{{ID: 1, Name: "Plan"}, {ID: 2, Name: "Set-up fee"}},
		Products: []catalogue.Product{
			{ID: 101, Name: "Talk", Description: "Talk and text", Type: 1, Provider: 1, Rate: amount("25"), Cost: amount("11.5"), Code1: "TT", GroupOnBill: true},
			{ID: 102, Name: "Cover", Type: 1, Rate: amount("5.5"), ServiceTypes: []catalogue.ServiceTypeID{1}},
			{ID: 103, Name: "Set-up", Description: "Set-up of a line", Type: 2, Rate: amount("35"), OneTime: true},
			{ID: 104, Name: "Loyalty", Type: 1, Rate: amount("-10")},
			{ID: 109, Name: "Old talk", Type: 1, Provider: 1, Rate: amount("19"), Closed: true},
		},
		Packages: []catalogue.Package{
			{ID: 201, Name: "Starter", Provider: 1, ServiceType: 1, Program: 301, Products: []catalogue.PackageProduct{
				{Product: 101, Group: 1, Lead: true}, {Product: 102, Group: 2, Rate: ptr(amount("4.75")), Quantity: 2},
			}},
			{ID: 202, Name: "Bare", Provider: 1, ServiceType: 1},
			{ID: 203, Name: "Untyped", Provider: 2, Products: []catalogue.PackageProduct{{Product: 104}}},
			{ID: 204, Name: "For firms", Provider: 1, ServiceType: 2, Class: "Business", Products: []catalogue.PackageProduct{{Product: 104}}},
			{ID: 205, Name: "Special", Provider: 1, ServiceType: 2, BillProfiles: []catalogue.BillProfileID{2}, Products: []catalogue.PackageProduct{{Product: 104}}},
			{ID: 209, Name: "Old", Provider: 1, ServiceType: 1, Products: []catalogue.PackageProduct{{Product: 104}}, Closed: true},
		},
		Programs:     []catalogue.Program{{ID: 301, Description: "Flat"}, {ID: 302, Description: "Metered"}, {ID: 309, Description: "Old", Closed: true}},
		BillProfiles: []catalogue.BillProfile{{ID: 1, Name: "Standard", Default: true}, {ID: 2, Name: "Special"}},
		Processes: []catalogue.Process{
			{ID: 1, Name: "Wireless", Phases: []catalogue.Phase{
				{ID: 11, Description: "Check", Routes: []catalogue.Route{{ID: 111, Description: "Fine", To: 12}, {ID: 112, Description: "No"}}},
				{ID: 12, Description: "Activate", Routes: []catalogue.Route{{ID: 121, Description: "Done"}}},
			}},
			{ID: 2, Name: "Landline", Phases: []catalogue.Phase{{ID: 21, Description: "Dig"}}},
		},
		UnavailableReasons: []catalogue.UnavailableReason{{ID: 1, Description: "Lost"}, {ID: 2, Description: "Broken"}},
		CustomFields: []catalogue.CustomField{
			{ID: 1, Scope: catalogue.OfCustomer, Label: "Segment"},
			{ID: 2, Scope: catalogue.OfCustomer, Label: "Old segment", Closed: true},
			{ID: 11, Scope: catalogue.OfService, Label: "Desk"},
			{ID: 21, Scope: catalogue.OfInventory, Label: "Colour"},
		},
		InventoryTypes: []catalogue.InventoryType{
			{ID: 1, Kind: catalogue.MobileDevice, Name: "Phone", IdentifierLabel: "ESN"},
			{ID: 2, Kind: catalogue.SIMCard, Name: "SIM", IdentifierLabel: "ICCID"},
			{ID: 3, Kind: catalogue.TelephoneNumber, Name: "Number"},
			{ID: 4, Kind: catalogue.General, Name: "Licence", RequiresProduct: true},
			{ID: 5, Kind: catalogue.General, Name: "Router", Format: "MAC_ADDRESS"},
			{ID: 9, Kind: catalogue.General, Name: "Old router", Closed: true},
		},
		LifelineTypes: []catalogue.LifelineType{{ID: 1, Name: "Food stamps"}},
		ProofTypes:    []catalogue.ProofType{{ID: 1, Name: "Driving licence"}},
	}
}

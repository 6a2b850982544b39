package telecom

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// Settings are what an operator can set; DefaultSettings gives the ones to start from.
type Settings struct {
	MostRows int // how many rows a list may have; more is InvalidInput
}

// DefaultSettings gives the settings of an installation that sets none.
func DefaultSettings() Settings { return Settings{MostRows: 10_000} }

// Deps is what the services are built from; every field is needed.
type Deps struct {
	Store    Store
	Library  *catalogue.Library
	Now      func() time.Time
	Settings Settings
}

// Core is the product's plural nouns about customers, ready for any door. What reads wants the permission ReadRecords of
// whoever asks, what changes wants ChangeRecords (PermissionDenied), and nothing of another tenant is ever found.
type Core struct {
	Customers    *Customers
	Services     *Services
	Orders       *Orders
	Inventory    *Inventory
	Transactions *Transactions
	Notes        *Notes
	Imports      *Imports
}

// New builds the services.
func New(d Deps) *Core {
	h := &house{store: d.Store, library: d.Library, now: d.Now, most: d.Settings.MostRows}
	return &Core{
		Customers: &Customers{h}, Services: &Services{h}, Orders: &Orders{h}, Inventory: &Inventory{h},
		Transactions: &Transactions{h}, Notes: &Notes{h}, Imports: &Imports{h},
	}
}

// house is what the services have in common.
type house struct {
	store   Store
	library *catalogue.Library
	now     func() time.Time
	most    int
}

// view lets read look at one consistent state, for whom it may be shown to.
func (h *house) view(ctx context.Context, who access.Principal, read func(Records, *catalogue.Catalogue) error) error {
	if err := who.Require(access.ReadRecords); err != nil {
		return err
	}
	return h.store.View(ctx, func(r Records) error {
		c, err := h.library.Of(ctx, r, who.Tenant.ID)
		if err != nil {
			return err
		}
		return read(r, c)
	})
}

// update lets do change things in one transaction, for who may change them. It may run do more than once.
func (h *house) update(ctx context.Context, who access.Principal, do func(*change) error) error {
	if err := who.Require(access.ChangeRecords); err != nil {
		return err
	}
	at := h.now()
	return h.store.Update(ctx, func(tx Tx) error {
		c, err := h.library.Of(ctx, tx, who.Tenant.ID)
		if err != nil {
			return err
		}
		return do(&change{ctx: ctx, tx: tx, who: who, tenant: who.Tenant.ID, at: at, catalogue: c, most: h.most})
	})
}

// limit is how many rows are read of a list: one more than it may have.
func (h *house) limit() int { return h.most + 1 }

// fits refuses (InvalidInput) a list that has more rows than it may have; narrow says by what it gets shorter.
func (h *house) fits(rows int, narrow string) error {
	if rows > h.most {
		return problem.New(problem.InvalidInput, "There are more than %d rows; narrow the search by %s.", h.most, narrow)
	}
	return nil
}

// change is one transaction in which somebody changes records of a tenant; house.update makes it. lock comes first, then
// reading, then writing, and for each record that was written one call of tell or tellStatus.
type change struct {
	ctx       context.Context
	tx        Tx
	who       access.Principal
	tenant    access.TenantID
	at        time.Time // when it happens
	catalogue *catalogue.Catalogue
	most      int      // how many rows a list may have
	customer  Customer // the locked one; zero until lock

	number      string // what firstNumber found
	numberKnown bool
}

// lock reads the customer whose records change, as c.customer, and makes every other change of it wait (NoSuchCustomer).
func (c *change) lock(id CustomerID) (err error) {
	c.numberKnown = false
	c.customer, err = c.tx.LockCustomer(c.ctx, c.tenant, id)
	return err
}

// wantsLive refuses (WrongCustomerStatus) what cannot be done for a customer who is closed.
func (c *change) wantsLive() error {
	if c.customer.Status == Closed {
		return problem.New(problem.WrongCustomerStatus, "Customer %d is closed.", c.customer.ID)
	}
	return nil
}

// setStatus gives the locked customer a status, and tells it; the status that it has is no change.
func (c *change) setStatus(to CustomerStatus) error {
	was := c.customer.Status
	if was == to {
		return nil
	}
	c.customer.Status = to
	updated, err := c.tx.UpdateCustomer(c.ctx, c.customer)
	if err != nil {
		return err
	}
	c.customer = updated
	return c.tellStatus(record{noun: "customer", id: int64(updated.ID)}, string(was), string(to))
}

// record is what the audit trail says something happened to.
type record struct {
	noun    string // customer, service, customer_product, order, inventory, transaction, note, catalogue
	id      int64
	number  string    // of the service that it is about; empty: the customer's first active service has it
	service ServiceID // that it is about; 0: none
	order   OrderID   // by which it happened; 0: none
}

// tell writes the audit row noun.verb and announces the same. detail says in words what is new or which fields changed; a
// secret or a datum of the person's identity is named in it, never told.
func (c *change) tell(r record, verb, detail string) error {
	return c.write(r, r.noun+"."+verb, r.noun+"."+verb, "", detail)
}

// tellStatus writes the audit row noun.status and announces it by the new status, as noun.active.
func (c *change) tellStatus(r record, was, now string) error {
	return c.write(r, r.noun+".status", r.noun+"."+strings.ToLower(now), now, fmt.Sprintf("from %s to %s", cmp.Or(was, "none"), now))
}

func (c *change) write(r record, action, announced, status, detail string) error {
	object := fmt.Sprintf("%s:%d", r.noun, r.id)
	err := c.tx.Audit(c.ctx, access.AuditRow{
		At: c.at, By: c.who.By, Tenant: c.tenant, Action: action, Object: object, Detail: detail,
	})
	if err != nil {
		return err
	}
	values, err := c.values(r, status)
	if err != nil {
		return err
	}
	return c.tx.Announce(c.ctx, access.Announcement{Tenant: c.tenant, Name: announced, Subject: object, Values: values, At: c.at})
}

// values gives what a text about a record may mention.
func (c *change) values(r record, status string) (map[string]string, error) {
	if r.noun == "service" {
		c.numberKnown = false
	}
	number := r.number
	if number == "" && c.customer.ID != 0 {
		var err error
		if number, err = c.firstNumber(); err != nil {
			return nil, err
		}
	}
	values := map[string]string{"number": number, "status": status, r.noun: strconv.FormatInt(r.id, 10)}
	for name, id := range map[string]int64{"customer": int64(c.customer.ID), "service": int64(r.service), "order": int64(r.order)} {
		if id != 0 {
			values[name] = strconv.FormatInt(id, 10)
		}
	}
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return values, nil
}

// firstNumber gives the number of the customer's first active service that has one; empty: there is none.
func (c *change) firstNumber() (string, error) {
	if c.numberKnown {
		return c.number, nil
	}
	services, err := c.tx.Services(c.ctx, ServiceFilter{Tenant: c.tenant, Customers: []CustomerID{c.customer.ID}, Limit: c.most})
	if err != nil {
		return "", err
	}
	c.number, c.numberKnown = "", true
	for _, s := range services {
		if s.Status == Active && s.Number != "" {
			c.number = s.Number
			break
		}
	}
	return c.number, nil
}

// differences collects, for the detail of an audit row, which fields a change touches.
type differences []string

// note adds a field when it changed.
func (d *differences) note(field string, changed bool) {
	if changed {
		*d = append(*d, field)
	}
}

// String lists the fields; empty when nothing changed.
func (d differences) String() string { return strings.Join(d, ", ") }

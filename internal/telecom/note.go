package telecom

import (
	"cmp"
	"context"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// NoteID names a note.
type NoteID int64

// Note is a remark about a customer, and perhaps one of its services or orders.
type Note struct {
	ID           NoteID
	TenantID     access.TenantID
	Customer     CustomerID
	Service      ServiceID
	Order        OrderID
	Type         int64 // NoteTypeID
	Popup        bool
	HighPriority bool
	Title        string
	Text         string
	CreatedBy    access.AccountID
	CreatedAt    time.Time
}

// Notes owns the rules about notes.
type Notes struct{ *house }

// longestTitle bounds the title of a note, in characters.
const longestTitle = 200

// Add adds a note and gives it with its id; TenantID, CreatedBy and CreatedAt are set here. NoSuchCustomer, NoSuchService and
// NoSuchOrder are what they say. ServiceOfAnother, OrderOfAnother: they belong to another customer. InvalidInput: the note
// has no text, or one that is too long.
func (s *Notes) Add(ctx context.Context, who access.Principal, n Note) (added Note, err error) {
	if err := n.check(); err != nil {
		return Note{}, err
	}
	err = s.update(ctx, who, func(c *change) error {
		if err := c.lock(n.Customer); err != nil {
			return err
		}
		if err := c.belong(n.Service, n.Order); err != nil {
			return err
		}
		added = n
		added.TenantID, added.CreatedBy, added.CreatedAt = c.tenant, who.By.Subject, c.at
		if added.ID, err = c.tx.InsertNote(c.ctx, added); err != nil {
			return err
		}
		return c.tell(record{noun: "note", id: int64(added.ID), service: added.Service, order: added.Order}, "add", "")
	})
	if err != nil {
		return Note{}, err
	}
	return added, nil
}

func (n Note) check() error {
	switch {
	case n.ID != 0:
		return problem.New(problem.InvalidInput, "a new note has no id")
	case n.Type < 0:
		return problem.New(problem.InvalidInput, "a type of notes is not negative")
	case strings.TrimSpace(n.Text+n.Title) == "":
		return problem.New(problem.InvalidInput, "A note needs a Description or a Title.")
	default:
		return cmp.Or(
			catalogue.CheckText("the Title", n.Title, longestTitle),
			catalogue.CheckText("the Description", n.Text, longestText),
		)
	}
}

// belong refuses a service or an order of another customer than the locked one; zero is none.
func (c *change) belong(service ServiceID, order OrderID) error {
	if service != 0 {
		s, err := c.tx.Service(c.ctx, c.tenant, service)
		if err != nil {
			return err
		}
		if s.Customer != c.customer.ID {
			return problem.New(problem.ServiceOfAnother, "Service %d does not belong to customer %d.", service, c.customer.ID)
		}
	}
	if order != 0 {
		o, err := c.tx.Order(c.ctx, c.tenant, order)
		if err != nil {
			return err
		}
		if o.Customer != c.customer.ID {
			return problem.New(problem.OrderOfAnother, "Order %d does not belong to customer %d.", order, c.customer.ID)
		}
	}
	return nil
}

// List gives the notes of a customer in order of id, all of them when the filter has no Limit; its Tenant is set here.
// NoSuchCustomer: there is none. InvalidInput: there are too many.
func (s *Notes) List(ctx context.Context, who access.Principal, filter NoteFilter) (found []Note, err error) {
	filter.Tenant = who.Tenant.ID
	page := filter.Limit > 0 && filter.Limit <= s.most
	if !page {
		filter.Limit = s.limit()
	}
	err = s.view(ctx, who, func(r Records, _ *catalogue.Catalogue) error {
		if filter.Customer != 0 {
			if _, err := r.Customer(ctx, filter.Tenant, filter.Customer); err != nil {
				return err
			}
		}
		if found, err = r.Notes(ctx, filter); err != nil || page {
			return err
		}
		return s.fits(len(found), "customer")
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

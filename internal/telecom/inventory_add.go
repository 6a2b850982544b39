package telecom

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// Inventory owns the rules about inventory items: what can be one (here), who has it (inventory_assign.go), and how one is
// found (inventory_key.go).
type Inventory struct{ *house }

// Add adds an inventory item, which nobody has. ID, TenantID, Fields, AssignedAt and CreatedAt of i are ignored, Kind may be
// left out; fields are custom fields of the item.
//
// InvalidInput: a type that isn't there, is closed or of another kind; an identifier that is missing or not of its format; a
// customer, service or product; a status other than AVAILABLE and UNAVAILABLE; a reason with another status than UNAVAILABLE
// or that isn't there; a custom field that cannot get the value. AlreadyExists: an item of the kind has the identifier.
func (s *Inventory) Add(ctx context.Context, who access.Principal, i InventoryItem, fields []catalogue.GivenField) (added InventoryItem, err error) {
	err = s.update(ctx, who, func(c *change) (err error) {
		added = i
		added.ID, added.TenantID, added.CreatedAt, added.AssignedAt = 0, c.tenant, c.at, time.Time{}
		added.Status = cmp.Or(i.Status, Available)
		added.Identifier = strings.TrimSpace(i.Identifier)
		if err := c.checkItem(&added); err != nil {
			return err
		}
		if added.Fields, err = c.catalogue.MergeFields(catalogue.OfInventory, nil, fields); err != nil {
			return err
		}
		if added.ID, err = c.tx.InsertInventoryItem(ctx, added); err != nil {
			return err
		}
		return c.tell(record{noun: "inventory", id: int64(added.ID)}, "add", string(added.Status))
	})
	return added, err
}

// checkItem refuses (InvalidInput) what cannot be a new item, and gives it the kind of its type.
func (c *change) checkItem(i *InventoryItem) error {
	t, ok := c.catalogue.InventoryType(i.Type)
	switch {
	case !ok:
		return problem.New(problem.InvalidInput, "There is no inventory type %d.", i.Type)
	case t.Closed:
		return problem.New(problem.InvalidInput, "Inventory type %d is inactive; it gets no new items.", t.ID)
	case i.Kind != "" && i.Kind != t.Kind:
		return problem.New(problem.InvalidInput, "Inventory type %d is of %s, not of %s.", t.ID, t.Kind, i.Kind)
	case i.Customer != 0 || i.Service != 0 || i.Product != 0:
		return problem.New(problem.InvalidInput, "A new inventory item is nobody's; assign it when it is there.")
	case i.Identifier == "":
		return problem.New(problem.InvalidInput, "An inventory item needs an identifier.")
	}
	i.Kind = t.Kind
	if err := checkFormat(t.Format, i.Identifier); err != nil {
		return err
	}
	if err := i.checkWords(); err != nil {
		return err
	}
	r := Release{Status: i.Status, Reason: i.Reason}
	return cmp.Or(r.checkStatus(), r.checkReason(c.catalogue))
}

func (i InventoryItem) checkWords() error {
	if strings.ContainsAny(i.Identifier, "\t\r\n") {
		return problem.New(problem.InvalidInput, "An identifier is one line.")
	}
	return checkTexts(
		text{"the identifier", i.Identifier, longestWord},
		text{"the note", i.Note, longestText},
		text{"the MSID", i.MSID, longestWord},
		text{"the MSL", i.MSL, longestWord},
		text{"the MDN", i.MDN, longestWord},
	)
}

// Release is what becomes of an inventory item that is taken off whoever has it.
type Release struct {
	Status InventoryStatus    // AVAILABLE or UNAVAILABLE; empty counts as AVAILABLE
	Reason catalogue.ReasonID // why it is UNAVAILABLE; 0: not said
	Note   *string            // nil: as it was
}

// checkStatus refuses (InvalidInput) a status that an item which nobody has cannot be given.
func (r Release) checkStatus() error {
	switch {
	case r.Status == Assigned:
		return problem.New(problem.InvalidInput, "An inventory item becomes %s by being assigned to a customer.", Assigned)
	case r.Status == Batched:
		return problem.New(problem.InvalidInput, "An inventory item becomes %s by being put on a batch, and there are none.", Batched)
	case !slices.Contains([]InventoryStatus{"", Available, Unavailable}, r.Status):
		return problem.New(problem.InvalidInput, "%q is no status of an inventory item.", r.Status)
	default:
		return nil
	}
}

// checkReason refuses (InvalidInput) a reason that isn't there, or that goes with no status.
func (r Release) checkReason(c *catalogue.Catalogue) error {
	if r.Reason == 0 {
		return nil
	}
	if r.Status != Unavailable {
		return problem.New(problem.InvalidInput, "A reason why it is unavailable goes with the status %s only.", Unavailable)
	}
	if _, ok := c.UnavailableReason(r.Reason); !ok {
		return problem.New(problem.InvalidInput, "There is no unavailable reason %d.", r.Reason)
	}
	return nil
}

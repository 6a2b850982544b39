package messaging

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// Reviews is the queue of texts that may be meant as a STOP and that somebody has to read (features M-16).
type Reviews struct {
	store Store
	now   func() time.Time
}

// List lists a tenant's texts that nobody has read yet, or every tenant's for tenant zero, in order of id.
func (r *Reviews) List(ctx context.Context, tenant access.TenantID, page access.Page) (found []InboundText, err error) {
	err = r.store.View(ctx, func(rec Records) error {
		found, err = rec.Inbounds(ctx, InboundFilter{Tenant: tenant, Review: true, Page: page})
		return err
	})
	return found, err
}

// Done takes a text from the queue: somebody has read it and done what is to be done. InvalidInput: it isn't in the queue,
// or the operator has no name.
func (r *Reviews) Done(ctx context.Context, by access.By, id int64) error {
	if by.Name == "" {
		return problem.New(problem.InvalidInput, "say who has read it")
	}
	return r.store.Update(ctx, func(tx Tx) error {
		done, err := tx.ReviewInbound(ctx, id, by.Name, r.now())
		if err == nil && !done {
			err = problem.New(problem.InvalidInput, "text %d is not in the review queue", id)
		}
		return cmp.Or(err, tx.Audit(ctx, access.AuditRow{
			At: r.now(), By: by, Action: "sms_inbound.review", Object: fmt.Sprintf("sms_inbound:%d", id),
		}))
	})
}

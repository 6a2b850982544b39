package messaging

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/optout"
	"latchkey/internal/problem"
)

// Reviews is the queue of texts that may be meant as a STOP and that somebody has to read (features M-16).
type Reviews struct {
	store   Store
	optOuts *optout.OptOuts
	now     func() time.Time
}

// List lists a tenant's texts that nobody has read yet, or every tenant's for tenant zero, in order of id.
func (r *Reviews) List(ctx context.Context, tenant access.TenantID, page access.Page) (found []InboundText, err error) {
	err = r.store.View(ctx, func(rec Records) error {
		found, err = rec.Inbounds(ctx, InboundFilter{Tenant: tenant, Review: true, Page: page})
		return err
	})
	return found, err
}

// Done takes a text from the queue: somebody has read it and done what is to be done. With stop it was meant as a STOP, and the
// number is closed on the person's word, for every profile. InvalidInput: it isn't in the queue, the operator has no name, or
// it is nobody's, so that there is nothing to close.
func (r *Reviews) Done(ctx context.Context, by access.By, id int64, stop bool) error {
	if by.Name == "" {
		return problem.New(problem.InvalidInput, "say who has read it")
	}
	return r.store.Update(ctx, func(tx Tx) error {
		waiting, err := tx.Inbounds(ctx, InboundFilter{Review: true, Page: access.Page{After: id - 1, Limit: 1}})
		if err != nil {
			return err
		}
		done, err := tx.ReviewInbound(ctx, id, by.Name, r.now())
		if err == nil && (!done || len(waiting) == 0 || waiting[0].ID != id) {
			err = problem.New(problem.InvalidInput, "text %d is not in the review queue", id)
		}
		if err == nil && stop {
			err = r.stop(ctx, tx, by, waiting[0])
		}
		return cmp.Or(err, tx.Audit(ctx, access.AuditRow{
			At: r.now(), By: by, Action: "sms_inbound.review", Object: fmt.Sprintf("sms_inbound:%d", id),
			Detail: fmt.Sprintf("a stop: %v", stop),
		}))
	})
}

// stop closes the number of a text that was meant so.
func (r *Reviews) stop(ctx context.Context, tx Tx, by access.By, in InboundText) error {
	if in.TenantID == 0 {
		return problem.New(problem.InvalidInput, "text %d was sent to nobody's number: there is nothing to close", in.ID)
	}
	_, err := r.optOuts.Stop(ctx, tx, optout.Word{
		TenantID: in.TenantID, Number: in.From, Shown: in.FromShown, Text: in.Text, InboundID: in.ID, By: by, At: r.now(),
	})
	return err
}

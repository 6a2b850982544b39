package intelliview

import (
	"errors"

	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

// refusal is a request refused for one of its fields, by a message of the dialect.
type refusal struct {
	id messageID
}

// refuse makes a refusal.
func refuse(id messageID) error { return &refusal{id} }

// Error gives the message's text.
func (r *refusal) Error() string { return messages[r.id].text }

// Unwrap gives what it is in the product's own words.
func (r *refusal) Unwrap() error { return problem.New(problem.InvalidInput, "%s", r.Error()) }

// complete makes the document of a refusal. It repeats the company that the request named, even an invalid one
// (contract.yaml company_rule); what failed inside is for the log only.
func (d *dialect) complete(c *soap.Call, a soap.Answer) error {
	failed := problem.Of(a.Err)
	if failed == nil {
		return nil
	}
	c.Note.Refused, c.Note.Code = true, string(failed.Code)
	if failed.Code == problem.Internal {
		c.Note.Incident = d.incident(c.Context)
	}
	id := messageFor(c.Operation, failed.Code)
	if field := new(refusal); errors.As(a.Err, &field) {
		id = field.id
	}
	message := acknowledge(id)
	if _, company := a.Request.(request).offer(); company != nil {
		message.id("Company", int64(*company))
	}
	*a.Response.(*string) = message.text()
	return nil
}

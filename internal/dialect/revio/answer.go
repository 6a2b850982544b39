package revio

import (
	"errors"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/problem"
	"latchkey/internal/soap"
)

// complete fills in what all answers share: the header, and Debug where it was asked for or the error is fatal (seed
// 001). A refusal is an ordinary answer, never a fault (rules V-3).
func (d *dialect) complete(c *soap.Call, a soap.Answer) error {
	var header baseResponseHeader
	failed := problem.Of(a.Err)
	if failed == nil {
		header.Success = true
	} else {
		d.refuse(c, failed, &header)
	}
	caller, _ := a.Who.(*access.Caller)
	if caller != nil {
		note(c, caller)
	}
	if caller != nil && (failed == nil || !unproven(failed) && !errors.As(a.Err, new(nameless))) {
		impersonated := caller.Impersonating()
		header.SessionKey, header.Impersonated = caller.Key.Reveal(), &impersonated
	}
	answer := a.Response.(response)
	answer.setHeader(header)
	if a.Request.(request).base().wantsDebug() || fatal(failed) {
		answer.echo(a.Request)
	}
	return nil
}

// unproven reports whether nothing was proved: then the header names no session and no impersonation
// (contract.yaml header_rules).
func unproven(p *problem.Problem) bool {
	return p != nil && (p.Code == problem.UnknownSession || p.Code == problem.BadLogin)
}

// fatal reports whether an error is one that gives the request back without being asked (seed 001, Debug).
func fatal(p *problem.Problem) bool { return p != nil && p.Code == problem.Internal }

// refuse tells of a problem in the header and in the request log.
func (d *dialect) refuse(c *soap.Call, p *problem.Problem, header *baseResponseHeader) {
	c.Note.Refused = true
	c.Note.Code = string(p.Code)
	if fatal(p) {
		c.Note.Incident = d.incident(c.Context)
		header.Message = fmt.Sprintf("An internal error occurred. Incident %s.", c.Note.Incident)
		return
	}
	wire := wireErrors[wireCodes[p.Code]]
	header.ErrorCode, header.ErrorDescription = wireCodes[p.Code], wire.description
	header.Message = p.Detail
	if header.Message == "" { // clients show Message when nothing else is there (findings.md f)
		header.Message = wire.description
	}
}

// note leaves who called for the request log.
func note(c *soap.Call, caller *access.Caller) {
	c.Note.Subject, c.Note.Actor = caller.Subject.Label(), caller.Actor.Label()
}

package telecom

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// ServiceEdit is what is to be changed of a service; nil leaves a part as it is, an empty text or zero takes it away.
type ServiceEdit struct {
	Number, CircuitNumber, CarrierCustomerID, Description *string
	Program                                               *catalogue.ProgramID
	Type                                                  *catalogue.ServiceTypeID
	Fields                                                []catalogue.GivenField // of scope OfService
}

// Change changes what names and describes a service, and gives it as it is then. A change that changes nothing writes nothing.
// NoSuchService: there is none. NoSuchServiceType: the type is none. InvalidInput: a program that isn't there or is closed, a
// custom field that cannot get the value, a text that is too long.
func (s *Services) Change(ctx context.Context, who access.Principal, id ServiceID, edit ServiceEdit) (changed Service, err error) {
	err = s.update(ctx, who, func(c *change) error {
		was, err := c.lockService(id)
		if err != nil {
			return err
		}
		changed = was
		edit.applyTo(&changed)
		if changed.Fields, err = c.catalogue.MergeFields(catalogue.OfService, was.Fields, edit.Fields); err != nil {
			return err
		}
		if err := c.checkService(changed, was); err != nil {
			return err
		}
		differences := changed.differences(was)
		if len(differences) == 0 {
			return nil
		}
		if err := c.tx.UpdateService(c.ctx, changed); err != nil {
			return err
		}
		return c.tell(serviceRecord(changed), "change", differences.String())
	})
	return changed, err
}

// lockService locks the customer of a service and gives the service (NoSuchService).
func (c *change) lockService(id ServiceID) (Service, error) {
	s, err := c.tx.Service(c.ctx, c.tenant, id)
	if err != nil {
		return s, err
	}
	if err := c.lock(s.Customer); err != nil {
		return s, err
	}
	return c.tx.Service(c.ctx, c.tenant, id)
}

// serviceRecord is a service as the audit trail names it.
func serviceRecord(s Service) record {
	return record{noun: "service", id: int64(s.ID), number: s.Number, order: s.Order}
}

func (e ServiceEdit) applyTo(s *Service) {
	for _, part := range [...]struct{ from, to *string }{
		{e.Number, &s.Number},
		{e.CircuitNumber, &s.CircuitNumber},
		{e.CarrierCustomerID, &s.CarrierCustomerID},
		{e.Description, &s.Description},
	} {
		if part.from != nil {
			*part.to = strings.TrimSpace(*part.from)
		}
	}
	if e.Program != nil {
		s.Program = *e.Program
	}
	if e.Type != nil {
		s.Type = *e.Type
	}
}

// checkService refuses a service that cannot be; what is as it was passes.
func (c *change) checkService(now, was Service) error {
	err := cmp.Or(
		catalogue.CheckText("the number", now.Number, longestWord),
		catalogue.CheckText("the circuit number", now.CircuitNumber, longestWord),
		catalogue.CheckText("the carrier's customer id", now.CarrierCustomerID, longestWord),
		catalogue.CheckText("the description", now.Description, longestText),
	)
	if err != nil {
		return err
	}
	if _, ok := c.catalogue.ServiceType(now.Type); !ok && now.Type != was.Type {
		return problem.New(problem.NoSuchServiceType, "There is no service type %d.", now.Type)
	}
	if now.Program == was.Program || now.Program == 0 {
		return nil
	}
	switch program, ok := c.catalogue.Program(now.Program); {
	case !ok:
		return problem.New(problem.InvalidInput, "There is no program %d.", now.Program)
	case program.Closed:
		return problem.New(problem.InvalidInput, "Program %d is closed.", now.Program)
	default:
		return nil
	}
}

// differences names what of a service is not as it was, of that which Change reaches.
func (s Service) differences(was Service) (d differences) {
	d.note("number", s.Number != was.Number)
	d.note("circuit number", s.CircuitNumber != was.CircuitNumber)
	d.note("carrier's customer id", s.CarrierCustomerID != was.CarrierCustomerID)
	d.note("description", s.Description != was.Description)
	d.note("program", s.Program != was.Program)
	d.note("type", s.Type != was.Type)
	d.note("custom fields", !slices.Equal(s.Fields, was.Fields))
	return d
}

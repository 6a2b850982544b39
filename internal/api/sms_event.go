package api

import (
	"context"
	"maps"
	"net/http"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
)

// events declares what programs do with events.
func (a *API) events() {
	const path = smsPath + "/events"
	a.group("Events", "An event is a rule that an operator has set up: a template, a profile, and what sets it off. A caller sees "+
		"and fires those of its own tenant.")
	define(a, operation{
		id: "listEvents", method: http.MethodGet, path: path, status: http.StatusOK,
		summary: "List events",
		answers: "The events that are active, in the order of their ids, some at a time.",
	}, a.listEvents)
	define(a, operation{
		id: "fireEvent", method: http.MethodPost, path: path + "/{name}/fire", status: http.StatusOK,
		summary: "Send the text of an event to recipients",
		doc: "All recipients are written to in one transaction. One whose number is closed to the event is passed over, which is " +
			"recorded as a text in the state blocked; one that is no number of ten digits is passed over, too. `values` of a " +
			"recipient go before those for all. The body may have 1 MiB.",
		sample: firing{
			Values: map[string]string{"shop": "Lakeside"}, Recipients: []recipient{{Number: "8504700000", Values: map[string]string{"name": "Ann"}}},
		},
		largest: 1 << 20,
		answers: "What became of each recipient, in their order.",
		refuses: []problem.Code{problem.NoSuchEvent, problem.NoSuchProfile, problem.NotConfigured},
	}, a.fireEvent)
}

type listEventsRequest struct {
	call
	Paged
}

type listEventsResponse struct{ Body eventList }

type eventList struct {
	Events []shownEvent `json:"events" nullable:"false" doc:"The events."`
	Next   int64        `json:"next,omitempty" example:"1100" doc:"There are more: give it as after."`
}

type shownEvent struct {
	ID        int64     `json:"id" example:"1001" doc:"Names the event."`
	Name      string    `json:"name" example:"order-ready" doc:"Its name, by which it is fired."`
	Template  string    `json:"template" example:"Hello {name}, your order at {shop} is ready." doc:"What it sends; {name} stands for a value of that name."`
	Trigger   string    `json:"trigger" example:"fire" doc:"What sets it off: fire, or the name of an announcement."`
	Profile   int64     `json:"profile,omitempty" example:"1001" doc:"The id of the profile that sends; absent: the tenant's own choice."`
	CreatedAt time.Time `json:"created_at" example:"2026-06-01T12:00:00Z" doc:"When it was set up."`
}

func (a *API) listEvents(ctx context.Context, caller access.Caller, in *listEventsRequest) (*listEventsResponse, error) {
	found, err := a.deps.Messaging.Events.List(ctx, messaging.EventFilter{
		Tenant: caller.Subject.Tenant.ID, Active: true, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	found, next := cut(in.Paged, found, func(e messaging.Event) int64 { return int64(e.ID) })
	return &listEventsResponse{eventList{Next: next, Events: showAll(found, func(e messaging.Event) shownEvent {
		return shownEvent{int64(e.ID), e.Name, e.Template, e.Trigger, int64(e.ProfileID), e.CreatedAt.UTC()}
	})}}, nil
}

type fireEventRequest struct {
	call
	Name string `path:"name" example:"order-ready" doc:"The event's name, in any letter case."`
	Body firing
}

type firing struct {
	_ closed `additionalProperties:"false"`

	Recipients []recipient       `json:"recipients" minItems:"1" nullable:"false" doc:"Whom it writes to."`
	Values     map[string]string `json:"values,omitempty" example:"{\"shop\":\"Lakeside\"}" doc:"Values for its template, for all recipients."`
}

type recipient struct {
	_ closed `additionalProperties:"false"`

	Number   string            `json:"number" example:"8504700000" doc:"Ten digits."`
	Customer int64             `json:"customer,omitempty" minimum:"1" example:"42" doc:"The customer whom it is for."`
	Values   map[string]string `json:"values,omitempty" example:"{\"name\":\"Ann\"}" doc:"Values for the template, for this recipient."`
}

type fireEventResponse struct{ Body fired }

type fired struct {
	Accepted int            `json:"accepted" example:"1" doc:"How many texts are on their way."`
	Skipped  int            `json:"skipped" example:"0" doc:"How many recipients were passed over."`
	Outcomes []shownOutcome `json:"outcomes" nullable:"false" doc:"What became of each recipient, in their order."`
}

type shownOutcome struct {
	Message int64  `json:"message,omitempty" example:"1001" doc:"The id of the text; absent when there is none."`
	Skipped string `json:"skipped,omitempty" example:"the number is closed" doc:"Why nothing is sent; absent when the text is on its way."`
}

func (a *API) fireEvent(ctx context.Context, caller access.Caller, in *fireEventRequest) (*fireEventResponse, error) {
	recipients := showAll(in.Body.Recipients, func(r recipient) messaging.Recipient {
		values := map[string]string{}
		maps.Copy(values, in.Body.Values)
		maps.Copy(values, r.Values)
		return messaging.Recipient{Number: r.Number, CustomerID: r.Customer, Values: values}
	})
	outcomes, err := a.deps.Messaging.Events.Fire(ctx, caller, in.Name, recipients)
	if err != nil {
		return nil, err
	}
	answer := &fireEventResponse{}
	for _, o := range outcomes {
		if o.Skipped == "" {
			answer.Body.Accepted++
		} else {
			answer.Body.Skipped++
		}
	}
	answer.Body.Outcomes = showAll(outcomes, func(o messaging.Outcome) shownOutcome { return shownOutcome{int64(o.Message), o.Skipped} })
	return answer, nil
}

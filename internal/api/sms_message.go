package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
)

// smsPath is where everything about texts begins.
const smsPath = Path + "sms"

// texts declares what programs do with single texts.
func (a *API) texts() {
	const path = smsPath + "/messages"
	a.group("Texts", "A text is stored, acknowledged, and sent from then on. A caller sees the texts of its own tenant.")
	define(a, operation{
		id: "sendText", method: http.MethodPost, path: path, status: http.StatusCreated,
		summary: "Send a text",
		doc: "Without `profile` and `from` the tenant's default profile sends it, or its only one. A number whose person has " +
			"answered STOP is refused with `invalid_input`. With the duplicate shield switched on, a repeat within its window is " +
			"answered with the `id` of the first one and not sent.",
		sample:  textOrder{To: "8504700000", Text: "Your order is ready."},
		answers: "The text as it was stored.",
		refuses: []problem.Code{problem.NoSuchProfile, problem.NoSuchCustomer, problem.NotConfigured},
	}, a.sendText)
	define(a, operation{
		id: "listTexts", method: http.MethodGet, path: path, status: http.StatusOK,
		summary: "List texts and what became of them",
		answers: "The texts in the order of their ids, some at a time.",
	}, a.listTexts)
	define(a, operation{
		id: "showText", method: http.MethodGet, path: path + "/{id}", status: http.StatusOK,
		summary: "Ask what became of a text",
		answers: "The text, and what its gateway said of each part of it.",
		refuses: []problem.Code{problem.NoSuchMessage},
	}, a.showText)
}

type sendTextRequest struct {
	call
	Body textOrder
}

type textOrder struct {
	_ closed `additionalProperties:"false"`

	To       string `json:"to" example:"8504700000" doc:"The number, ten digits."`
	Text     string `json:"text" example:"Your order is ready." doc:"1 to 160 characters."`
	Profile  int64  `json:"profile,omitempty" minimum:"1" example:"1001" doc:"The id of the profile that sends it; not with from."`
	From     string `json:"from,omitempty" minLength:"1" example:"67312" doc:"The number of the profile that sends it; not with profile."`
	Customer int64  `json:"customer,omitempty" minimum:"1" example:"42" doc:"The customer whom it is for."`
}

type sendTextResponse struct {
	Location string `header:"Location" example:"/api/v1/sms/messages/1001" doc:"Where to ask what became of it."`
	Body     shownText
}

type shownText struct {
	ID         int64     `json:"id" example:"1001" doc:"Names the text."`
	State      string    `json:"state" enum:"accepted,queued,held,submitting,submitted,delivered,failed,expired,blocked,unknown" example:"accepted" doc:"How far it is. Delivered, failed, expired and blocked are final; unknown: the gateway may or may not have it, and it is not sent again by itself."`
	Reason     string    `json:"reason,omitempty" example:"the number is closed" doc:"Why it is in its state, for people."`
	Profile    int64     `json:"profile" example:"1001" doc:"The id of the profile that sends it."`
	To         string    `json:"to" example:"+18504700000" doc:"The number, in E.164."`
	Text       string    `json:"text" example:"Your order is ready." doc:"What it says."`
	Coding     string    `json:"coding" enum:"gsm7,ucs2" example:"gsm7" doc:"How its letters travel."`
	Parts      int       `json:"parts" example:"1" doc:"In how many parts the network carries it."`
	Repeats    int       `json:"repeats,omitempty" example:"1" doc:"How many of the same came before it within the window of the duplicate shield."`
	Customer   int64     `json:"customer,omitempty" example:"42" doc:"The customer whom it is for."`
	Event      int64     `json:"event,omitempty" example:"1001" doc:"The id of the event that sent it."`
	Account    int64     `json:"account,omitempty" example:"1001" doc:"The id of the account on whose behalf it was sent; absent for an operator's."`
	AcceptedAt time.Time `json:"accepted_at" example:"2026-06-01T12:00:00Z" doc:"When it was acknowledged."`
	ChangedAt  time.Time `json:"changed_at" example:"2026-06-01T12:00:00Z" doc:"When its state changed last."`
	ExpiresAt  time.Time `json:"expires_at" example:"2026-06-01T16:00:00Z" doc:"It is not handed to the gateway after that."`

	Answers []shownPart `json:"answers,omitempty" nullable:"false" doc:"What the gateway said, part by part: where one text is shown, once it was handed over."`
}

func showText(m messaging.Message) shownText {
	return shownText{
		ID: int64(m.ID), State: string(m.State), Reason: m.Reason, Profile: int64(m.ProfileID), To: m.To, Text: m.Text,
		Coding: string(m.Coding), Parts: m.Parts, Repeats: m.Repeats, Customer: m.CustomerID, Event: int64(m.EventID),
		Account: int64(m.SubjectID), AcceptedAt: m.AcceptedAt.UTC(), ChangedAt: m.ChangedAt.UTC(), ExpiresAt: m.ExpiresAt.UTC(),
	}
}

func (a *API) sendText(ctx context.Context, caller access.Caller, in *sendTextRequest) (*sendTextResponse, error) {
	order := in.Body
	if order.Profile != 0 && order.From != "" {
		return nil, problem.New(problem.InvalidInput, "Name the profile by its id or by its number, one of them.")
	}
	sent, _, err := a.deps.Messaging.Messages.Send(ctx, caller, messaging.Outgoing{
		To: order.To, Text: order.Text, CustomerID: order.Customer,
		Profile: messaging.Choice{ID: messaging.ProfileID(order.Profile), From: order.From},
	})
	if err != nil {
		return nil, err
	}
	return &sendTextResponse{
		Location: smsPath + "/messages/" + strconv.FormatInt(int64(sent.ID), 10), Body: showText(sent),
	}, nil
}

// Paged is embedded by requests for lists: which rows are wanted. It is exported because the fields of others go unseen.
type Paged struct {
	After int64 `query:"after" minimum:"0" example:"1001" doc:"Begin behind this id: next of the answer before."`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100" example:"100" doc:"How many there may be in one answer."`
}

// page asks for one more than is shown, so that it is known whether there are more.
func (p Paged) page() access.Page { return access.Page{After: p.After, Limit: p.Limit + 1} }

// cut gives as many rows as asked for, and the id to go on behind; zero at the end.
func cut[T any](p Paged, rows []T, id func(T) int64) ([]T, int64) {
	if len(rows) <= p.Limit {
		return rows, 0
	}
	rows = rows[:p.Limit]
	return rows, id(rows[len(rows)-1])
}

// showAll makes answers of rows; none make an empty list.
func showAll[T, Row any](rows []T, show func(T) Row) []Row {
	shown := make([]Row, len(rows))
	for i, row := range rows {
		shown[i] = show(row)
	}
	return shown
}

type listTextsRequest struct {
	call
	Paged
	State   string    `query:"state" enum:"accepted,queued,held,submitting,submitted,delivered,failed,expired,blocked,unknown" example:"unknown" doc:"Only those in one state."`
	To      string    `query:"to" example:"8504700000" doc:"Only those to one number."`
	Profile int64     `query:"profile" minimum:"1" example:"1001" doc:"Only those from one profile."`
	Event   int64     `query:"event" minimum:"1" example:"1001" doc:"Only those that one event sent."`
	Since   time.Time `query:"since" example:"2026-06-01T00:00:00Z" doc:"Only those accepted then or later."`
}

type listTextsResponse struct{ Body textList }

type textList struct {
	Messages []shownText `json:"messages" nullable:"false" doc:"The texts."`
	Next     int64       `json:"next,omitempty" example:"1100" doc:"There are more: give it as after."`
}

func (a *API) listTexts(ctx context.Context, caller access.Caller, in *listTextsRequest) (*listTextsResponse, error) {
	found, err := a.deps.Messaging.Messages.List(ctx, messaging.MessageFilter{
		Tenant: caller.Subject.Tenant.ID, Profile: messaging.ProfileID(in.Profile), State: messaging.State(in.State), To: in.To,
		Event: messaging.EventID(in.Event), Since: in.Since, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	found, next := cut(in.Paged, found, func(m messaging.Message) int64 { return int64(m.ID) })
	return &listTextsResponse{textList{Messages: showAll(found, showText), Next: next}}, nil
}

type showTextRequest struct {
	call
	ID string `path:"id" example:"1001" doc:"The text's id."`
}

type showTextResponse struct{ Body shownText }

type shownPart struct {
	Part       int       `json:"part" example:"1" doc:"Which part, from 1; 0: the text as a whole."`
	State      string    `json:"state" enum:"accepted,queued,held,submitting,submitted,delivered,failed,expired,blocked,unknown" example:"submitted" doc:"How far it is."`
	Gateway    string    `json:"gateway" example:"telco" doc:"The gateway."`
	ProviderID string    `json:"provider_id,omitempty" example:"5a1f" doc:"The gateway's id of it."`
	Code       string    `json:"code,omitempty" example:"000" doc:"The network's error code."`
	ChangedAt  time.Time `json:"changed_at" example:"2026-06-01T12:00:00Z" doc:"When that was."`
}

func (a *API) showText(ctx context.Context, caller access.Caller, in *showTextRequest) (*showTextResponse, error) {
	id, err := strconv.ParseInt(in.ID, 10, 64)
	if err != nil {
		return nil, problem.New(problem.NoSuchMessage, "")
	}
	text, parts, err := a.deps.Messaging.Messages.ByID(ctx, caller.Subject.Tenant.ID, messaging.MessageID(id))
	if err != nil {
		return nil, err
	}
	shown := showText(text)
	shown.Answers = showAll(parts, func(p messaging.PartRecord) shownPart {
		return shownPart{p.Number, string(p.State), p.Gateway, p.ProviderID, p.Code, p.ChangedAt.UTC()}
	})
	return &showTextResponse{shown}, nil
}

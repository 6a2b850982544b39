package console

import (
	"slices"
	"strconv"
	"time"

	"latchkey/internal/access"
)

// sessionTable is a table of live sessions.
type sessionTable struct {
	Rows   []sessionRow
	CanEnd bool
	From   bool   // whether it tells where from they are used
	More   string // that there are more than it shows
}

// sessionsShown is how many sessions a page shows.
const sessionsShown = 50

// shownSessions asks for one row more than is shown, which tells whether there are more.
func shownSessions() access.Page { return access.Page{Limit: sessionsShown + 1} }

type sessionRow struct {
	ID              access.SessionID
	Where, From     string
	Acting          string // who acts as whom; empty when nobody does
	Since, LastUsed time.Time
	Ends            time.Time // zero: never
	Idle            string
	Own             bool // the one that the page is shown in
	EndPath         string
}

// Mark is the badge of the reader's own session.
func (sessionRow) Mark() badge { return badge{Text: "This one", Class: good} }

// table shows sessions in their order, the newest first. end gives where a session's End button leads; nil for no buttons.
func (x *exchange) table(sessions []access.Session, end func(access.SessionID) string) (sessionTable, error) {
	table := sessionTable{CanEnd: end != nil, From: true}
	if len(sessions) > sessionsShown {
		sessions = sessions[:sessionsShown]
		table.More = "There are more; these are the newest " + strconv.Itoa(sessionsShown) + "."
	}
	names, err := x.names(sessions)
	if err != nil {
		return sessionTable{}, err
	}
	for _, s := range sessions {
		row := sessionRow{
			ID: s.ID, Where: entryTitle(s), From: address(s.Peer), Own: x.inUse(s),
			Since: x.local(s.CreatedAt), LastUsed: x.local(s.LastUsedAt), Ends: x.local(s.ExpiresAt), Idle: period(s.Idle),
		}
		if s.ActorID != s.SubjectID {
			row.Acting = isolate(names.of(s.ActorID)) + " acting as " + isolate(names.of(s.SubjectID))
		}
		if end != nil {
			row.EndPath = end(s.ID)
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// entryTitle tells where a session was opened.
func entryTitle(s access.Session) string {
	if s.Door != "" {
		return titled(string(s.Door))
	}
	return titled(s.Dialect.String())
}

// names finds the names of everybody in a list of sessions.
func (x *exchange) names(sessions []access.Session) (people, error) {
	ids := make([]access.AccountID, 0, 2*len(sessions))
	for _, s := range sessions {
		if s.ActorID != s.SubjectID {
			ids = append(ids, s.ActorID, s.SubjectID)
		}
	}
	return x.people(ids...)
}

// sessionsBody is the page of the own sessions.
type sessionsBody struct {
	Table  sessionTable
	Others bool // there are some beside the one that is in use
}

func (x *exchange) sessions() error {
	sessions, err := x.Access.Sessions.Own(x.ctx(), x.caller, shownSessions())
	if err != nil {
		return err
	}
	if len(sessions) > sessionsShown && !slices.ContainsFunc(sessions[:sessionsShown], x.inUse) {
		// Whoever looks for intruders has to know the own one.
		if sessions[sessionsShown-1], err = x.Access.Sessions.Current(x.ctx(), x.caller); err != nil {
			return err
		}
	}
	table, err := x.table(sessions, func(id access.SessionID) string {
		return x.door.Path + "/Sessions/" + decimal(id) + "/End"
	})
	if err != nil {
		return err
	}
	return x.show(page{Name: "myaccount-sessions", Title: "Sessions", Body: sessionsBody{table, len(table.Rows) > 1}})
}

// inUse reports whether a session is the one that the page is shown in.
func (x *exchange) inUse(s access.Session) bool { return s.ID == x.caller.Session.ID }

func (x *exchange) endOtherSessions() error {
	ended, err := x.Access.Sessions.EndOthers(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	x.say("others-ended", ended)
	return x.goTo(x.here())
}

func (x *exchange) endSession() error {
	if err := x.Access.Sessions.EndOwn(x.ctx(), x.caller, access.SessionID(x.number("id"))); err != nil {
		return err
	}
	x.say("session-ended", 0)
	return x.goTo(x.here())
}

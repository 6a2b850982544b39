package console

import (
	"slices"
	"time"

	"latchkey/internal/access"
)

// sessionTable is a table of live sessions.
type sessionTable struct {
	Rows   []sessionRow
	CanEnd bool
}

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

// table shows sessions, the one last used first. end gives where a session's End button leads; nil for no buttons.
func (x *exchange) table(sessions []access.Session, end func(access.SessionID) string) (sessionTable, error) {
	names, err := x.names(sessions)
	if err != nil {
		return sessionTable{}, err
	}
	slices.SortFunc(sessions, func(a, b access.Session) int { return b.LastUsedAt.Compare(a.LastUsedAt) })
	table := sessionTable{CanEnd: end != nil}
	for _, s := range sessions {
		row := sessionRow{
			ID: s.ID, Where: entryTitle(s), From: address(s.Peer), Own: s.ID == x.caller.Session.ID,
			Since: x.local(s.CreatedAt), LastUsed: x.local(s.LastUsedAt), Ends: x.local(s.ExpiresAt), Idle: period(s.Idle),
		}
		if s.ActorID != s.SubjectID {
			row.Acting = names.of(s.ActorID) + " acting as " + names.of(s.SubjectID)
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

func (x *exchange) sessions() error {
	sessions, err := x.Access.Sessions.Own(x.ctx(), x.caller)
	if err != nil {
		return err
	}
	table, err := x.table(sessions, func(id access.SessionID) string {
		return x.door.Path + "/Sessions/" + decimal(id) + "/End"
	})
	if err != nil {
		return err
	}
	return x.show(page{Name: "myaccount-sessions", Title: "Sessions", Body: table})
}

func (x *exchange) endSession() error {
	if err := x.Access.Sessions.EndOwn(x.ctx(), x.caller, access.SessionID(x.number("id"))); err != nil {
		return err
	}
	x.say("session-ended", 0)
	return x.goTo(x.here())
}

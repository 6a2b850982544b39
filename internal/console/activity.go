package console

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/access"
)

// recentRows is how much of the audit trail the page of activity shows.
const recentRows = 50

type activityBody struct {
	Limit        int
	Rows         []activityRow
	First, Older string // other pages; empty when there are none
}

type activityRow struct {
	At                             time.Time
	What, Detail, Who, Where, From string
}

// accountInText is an account as audit rows name it in a detail.
var accountInText = regexp.MustCompile(`account:([0-9]+)`)

func (x *exchange) activity() error {
	own := x.caller.Actor.Account.ID
	before, err := strconv.ParseInt(x.r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	rows, err := x.Access.Audit.List(x.ctx(), access.AuditFilter{
		Account: own, Object: "account:" + decimal(own), Newest: true,
		Page: access.Page{After: before, Limit: recentRows + 1}, // one more tells whether there are older ones
	})
	if err != nil {
		return err
	}
	body := activityBody{Limit: recentRows}
	if before != 0 {
		body.First = x.door.Path + "/Activity"
	}
	if len(rows) > recentRows {
		rows = rows[:recentRows]
		body.Older = x.door.Path + "/Activity?before=" + decimal(access.AccountID(rows[recentRows-1].ID))
	}
	names, err := x.people(mentioned(rows)...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		body.Rows = append(body.Rows, activityRow{
			At: x.local(row.At), What: deeds(row.Action), Detail: names.detail(row), Who: names.who(row),
			Where: titled(row.By.Door), From: x.from(row, names),
		})
	}
	return x.show(page{Name: "myaccount-activity", Title: "Activity", Body: body})
}

// mentioned lists the accounts that audit rows name.
func mentioned(rows []access.AuditRow) []access.AccountID {
	var ids []access.AccountID
	for _, row := range rows {
		ids = append(ids, row.By.Subject, row.By.Actor)
		for _, found := range accountInText.FindAllStringSubmatch(row.Detail, -1) {
			ids = append(ids, accountID(found[1]))
		}
	}
	return ids
}

func accountID(text string) access.AccountID {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return access.AccountID(id)
}

// from tells where something came from. Where people of other organisations are is not the reader's to know.
func (x *exchange) from(row access.AuditRow, names people) string {
	by, known := names.known[row.By.Actor]
	if known && row.By.Actor != names.me && by.Tenant.ID != x.caller.Actor.Tenant.ID {
		return "not shown"
	}
	return address(row.By.Peer)
}

// withdrawnGrant is the detail of a grant's withdrawal.
var withdrawnGrant = regexp.MustCompile(`^of (account:[0-9]+) to (account:[0-9]+)`)

// detail tells the detail of an audit row in plain words, with names where it has accounts' ids.
func (p people) detail(row access.AuditRow) string {
	text := row.Detail
	if code, reason, _ := strings.Cut(text, ": "); strings.HasSuffix(row.Action, ".refused") && codeWords(code) != "" {
		if text = codeWords(code); reason != "" {
			text += ": " + reason
		}
	}
	if sides := withdrawnGrant.FindStringSubmatch(text); sides != nil {
		other := "from " + sides[1]
		if sides[1] == "account:"+decimal(p.me) {
			other = "to " + sides[2]
		}
		text = other + text[len(sides[0]):]
	}
	return accountInText.ReplaceAllStringFunc(plainly.Replace(text), func(found string) string {
		return isolate(p.of(accountID(found[len("account:"):])))
	})
}

// who says who did something. A refused login names the account that somebody tried to be.
func (p people) who(row access.AuditRow) string {
	switch by := row.By; {
	case strings.HasSuffix(row.Action, ".refused"):
		return "Somebody"
	case by.Actor == 0 && by.Name != "":
		return "The operator"
	case by.Actor == 0:
		return "Somebody"
	case by.Actor != by.Subject:
		return capital(isolate(p.of(by.Actor)) + " as " + isolate(p.of(by.Subject)))
	default:
		return capital(p.of(by.Actor))
	}
}

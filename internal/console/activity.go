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
	Limit int
	Rows  []activityRow
}

type activityRow struct {
	At                             time.Time
	What, Detail, Who, Where, From string
}

// accountInText is an account as audit rows name it in a detail.
var accountInText = regexp.MustCompile(`account:([0-9]+)`)

func (x *exchange) activity() error {
	rows, err := x.Access.Audit.Recent(x.ctx(), x.caller, recentRows)
	if err != nil {
		return err
	}
	names, err := x.people(mentioned(rows)...)
	if err != nil {
		return err
	}
	body := activityBody{Limit: recentRows}
	for _, row := range rows {
		body.Rows = append(body.Rows, activityRow{
			At: x.local(row.At), What: deeds(row.Action), Detail: names.in(row.Detail), Who: names.who(row),
			Where: titled(row.By.Door), From: address(row.By.Peer),
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

// in puts names where a detail has accounts' ids.
func (p people) in(detail string) string {
	return accountInText.ReplaceAllStringFunc(detail, func(found string) string {
		return p.of(accountID(found[len("account:"):]))
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
		return capital(p.of(by.Actor) + " as " + p.of(by.Subject))
	default:
		return capital(p.of(by.Actor))
	}
}

package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/messaging"
	"latchkey/internal/problem"
	"latchkey/internal/storage/storetest"
)

const (
	textsPath   = "/api/v1/sms/messages"
	eventsPath  = "/api/v1/sms/events"
	optOutsPath = "/api/v1/sms/opt-outs"
)

// texting is a world in which BEACON sends from 67312, its default, and +18504700100, and GULL from 67313.
func texting(w *world) {
	for _, p := range []messaging.Profile{
		{TenantID: w.named(access.User, "portal").TenantID, From: "67312", Default: true, Rate: 500, PartsPerDay: 2000},
		{TenantID: w.named(access.User, "portal").TenantID, From: "+18504700100"},
		{TenantID: w.named(access.User, "rival").TenantID, From: "67313"},
	} {
		_, err := w.texts.Profiles.Add(w.Ctx, w.Operator(), p)
		w.Must(err)
	}
}

// says is a text of a person to BEACON.
func (w *world) says(from, text string) {
	w.T.Helper()
	w.Must(w.texts.Receiver.Received(w.Ctx, messaging.Inbound{
		Gateway: messaging.InboxGateway, From: from, To: "67312", Text: text, At: w.Clock.Now(),
	}))
}

// rows gives a list in an answer.
func (a answer) rows(name string) []map[string]any {
	var rows []map[string]any
	list, _ := a.body[name].([]any)
	for _, row := range list {
		rows = append(rows, row.(map[string]any))
	}
	return rows
}

// column gives one member of each row of a list in an answer.
func (a answer) column(list, member string) string {
	var values []string
	for _, row := range a.rows(list) {
		values = append(values, fmt.Sprint(row[member]))
	}
	return strings.Join(values, " ")
}

func TestATextIsSentAndCanBeAskedAfter(t *testing.T) {
	eachEngine(t, func(w *world) {
		texting(w)
		customer := storetest.Customer(w.T, w.Store, w.named(access.User, "guest").TenantID)
		w.Run("V-8: the tenant's default profile sends it", func() {
			a := w.gives(http.StatusCreated, request(guest, "POST", textsPath, object{"to": "8504700000", "text": "Ready: 5 €", "customer": customer}))
			want := map[string]any{
				"id": 1001.0, "state": "accepted", "profile": 1001.0, "to": "+18504700000", "text": "Ready: 5 €", "coding": "gsm7",
				"parts": 1.0, "customer": float64(customer), "account": float64(w.named(access.User, "guest").ID), "accepted_at": "2026-06-01T12:00:00Z",
				"changed_at": "2026-06-01T12:00:00Z", "expires_at": "2026-06-01T16:00:00Z",
			}
			if diff := cmp.Diff(want, a.body); diff != "" || a.header.Get("Location") != textsPath+"/1001" {
				w.T.Errorf("%s %v", diff, a.header)
			}
		})
		w.Run("V-8: or the one that is named, by id or by number", func() {
			for _, body := range []object{
				{"to": "8504700001", "text": "a", "profile": 1002}, {"to": "8504700001", "text": "b", "from": "8504700100"},
			} {
				if a := w.gives(http.StatusCreated, request(portal, "POST", textsPath, body)); a.body["profile"] != 1002.0 {
					w.T.Errorf("%v", a.body)
				}
			}
		})
		w.Run("it can be asked after by its tenant only", func() {
			a := w.gives(http.StatusOK, request(portal, "GET", textsPath+"/1001", nil))
			if a.body["state"] != "accepted" || a.body["answers"] != nil {
				w.T.Errorf("%v", a.body)
			}
			w.alike(
				w.refuses(http.StatusNotFound, problem.NoSuchMessage, request("GULL/rival", "GET", textsPath+"/1001", nil)),
				w.refuses(http.StatusNotFound, problem.NoSuchMessage, request(portal, "GET", textsPath+"/4711", nil)),
				w.refuses(http.StatusNotFound, problem.NoSuchMessage, request(portal, "GET", textsPath+"/first", nil)),
			)
		})
	})
}

func TestTextsAreListedSomeAtATime(t *testing.T) {
	eachEngine(t, func(w *world) {
		texting(w)
		for i, to := range []string{"8504700000", "8504700001", "8504700000", "8504700000"} {
			w.gives(http.StatusCreated, request(portal, "POST", textsPath, object{"to": to, "text": fmt.Sprint(i), "profile": 1001 + i%2}))
		}
		for query, want := range map[string]string{
			"":                               "1001 1002 1003 1004",
			"?to=8504700000":                 "1001 1003 1004",
			"?profile=1002":                  "1002 1004",
			"?state=accepted&after=1002":     "1003 1004",
			"?state=delivered":               "",
			"?event=1001":                    "",
			"?since=2026-06-01T12:00:00Z":    "1001 1002 1003 1004",
			"?since=2026-06-01T12:00:01Z":    "",
			"?limit=4":                       "1001 1002 1003 1004",
			"?to=%2B18504700000&limit=1000":  "1001 1003 1004",
			"?to=8504700000&profile=1002":    "1004",
			"?after=1004":                    "",
			"?to=8504700009&state=submitted": "",
		} {
			w.Run("with "+query, func() {
				a := w.gives(http.StatusOK, request(portal, "GET", textsPath+query, nil))
				if got := a.column("messages", "id"); got != want || a.body["next"] != nil {
					w.T.Errorf("%s, want %s (%v)", got, want, a.body["next"])
				}
			})
		}
		w.Run("page by page", func() {
			a := w.gives(http.StatusOK, request(portal, "GET", textsPath+"?limit=3", nil))
			if a.column("messages", "id") != "1001 1002 1003" || a.body["next"] != 1003.0 {
				w.T.Errorf("%v", a.body)
			}
		})
		w.Run("and of another tenant none", func() {
			if a := w.gives(http.StatusOK, request("GULL/rival", "GET", textsPath, nil)); len(a.rows("messages")) != 0 || !strings.Contains(a.text, `"messages":[]`) {
				w.T.Errorf("%s", a.text)
			}
		})
		for _, query := range []string{"?limit=0", "?limit=1001", "?after=-1", "?state=asleep", "?since=yesterday", "?colour=blue", "?profile=x"} {
			w.Run("not with "+query, func() {
				w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, request(portal, "GET", textsPath+query, nil))
			})
		}
	})
}

func TestATextIsRefused(t *testing.T) {
	eachEngine(t, func(w *world) {
		texting(w)
		w.says("+18504700911", "stop")
		for name, one := range map[string]struct {
			user   string
			status int
			code   problem.Code
			body   any
		}{
			"of 161 characters":                {portal, 422, problem.InvalidInput, object{"to": "8504700000", "text": strings.Repeat("x", 161)}},
			"of none":                          {portal, 422, problem.InvalidInput, object{"to": "8504700000", "text": ""}},
			"without a text":                   {portal, 422, problem.InvalidInput, object{"to": "8504700000"}},
			"to nine digits":                   {portal, 422, problem.InvalidInput, object{"to": "850470000", "text": "x"}},
			"to nobody":                        {portal, 422, problem.InvalidInput, object{"text": "x"}},
			"L-10: to a number that is closed": {portal, 422, problem.InvalidInput, object{"to": "8504700911", "text": "x"}},
			"from two profiles":                {portal, 422, problem.InvalidInput, object{"to": "8504700000", "text": "x", "profile": 1001, "from": "67312"}},
			"for a customer below one":         {portal, 422, problem.InvalidInput, object{"to": "8504700000", "text": "x", "customer": -1}},
			"for a customer who is not there":  {portal, 404, problem.NoSuchCustomer, object{"to": "8504700000", "text": "x", "customer": 4711}},
			"with a member nobody knows":       {portal, 422, problem.InvalidInput, object{"to": "8504700000", "text": "x", "colour": "blue"}},
			"from a foreign profile":           {portal, 404, problem.NoSuchProfile, object{"to": "8504700000", "text": "x", "profile": 1003}},
			"from a foreign number":            {portal, 404, problem.NoSuchProfile, object{"to": "8504700000", "text": "x", "from": "67313"}},
			"without leave to use the API":     {"BEACON/nobody", 403, problem.PermissionDenied, object{"to": "8504700000", "text": "x"}},
		} {
			w.Run(name, func() { w.refuses(one.status, one.code, request(one.user, "POST", textsPath, one.body)) })
		}
		w.Run("of a tenant without a profile", func() {
			w.account(w.cove, "coven", access.User, "api")
			w.refuses(http.StatusServiceUnavailable, problem.NotConfigured, request("COVE/coven", "POST", textsPath, object{"to": "8504700000", "text": "x"}))
		})
	})
}

func TestProfilesAreShown(t *testing.T) {
	w := newWorld(t, t.TempDir())
	texting(w)
	a := w.gives(http.StatusOK, request(guest, "GET", "/api/v1/sms/profiles", nil))
	want := []map[string]any{
		{"id": 1001.0, "from": "67312", "default": true, "parts_per_second": 0.5, "parts_per_day": 2000.0},
		{"id": 1002.0, "from": "+18504700100", "default": false},
	}
	if diff := cmp.Diff(want, a.rows("profiles")); diff != "" {
		t.Error(diff)
	}
	w.Must(w.texts.Profiles.Disable(w.Ctx, w.Operator(), 1002))
	a = w.gives(http.StatusOK, request(guest, "GET", "/api/v1/sms/profiles?limit=1", nil))
	if a.column("profiles", "id") != "1001" || a.body["next"] != nil {
		t.Errorf("%v", a.body)
	}
}

func TestEventsAreFired(t *testing.T) {
	eachEngine(t, func(w *world) {
		texting(w)
		beacon := w.named(access.User, "portal").TenantID
		for _, e := range []messaging.Event{
			{TenantID: beacon, Name: "ready", Template: "Hello {name}, yours is ready at {shop}."},
			{TenantID: beacon, Name: "shipped", Template: "On its way.", Trigger: "order.complete"},
		} {
			_, err := w.texts.Events.Add(w.Ctx, w.Operator(), e)
			w.Must(err)
		}
		w.says("+18504700911", "stop")
		w.Run("those there are", func() {
			a := w.gives(http.StatusOK, request(guest, "GET", eventsPath, nil))
			want := map[string]any{
				"id": 1001.0, "name": "ready", "template": "Hello {name}, yours is ready at {shop}.", "trigger": "fire",
				"created_at": "2026-06-01T12:00:00Z",
			}
			if diff := cmp.Diff(want, a.rows("events")[0]); diff != "" || a.column("events", "name") != "ready shipped" {
				w.T.Errorf("%s %v", diff, a.body)
			}
		})
		fire := func(user, name string, body any) *http.Request {
			return request(user, "POST", eventsPath+"/"+name+"/fire", body)
		}
		w.Run("each recipient gets its own text, and closed numbers none", func() {
			a := w.gives(http.StatusOK, fire(guest, "READY", object{
				"values": object{"shop": "the corner", "name": "you"},
				"recipients": []object{
					{"number": "8504700000", "values": object{"name": "Ann"}, "customer": 7}, {"number": "8504700911"}, {"number": "8504700001"}, {"number": "85"},
				},
			}))
			if a.body["accepted"] != 2.0 || a.body["skipped"] != 2.0 || len(a.rows("outcomes")) != 4 {
				w.T.Errorf("%v", a.body)
			}
			list := w.gives(http.StatusOK, request(guest, "GET", textsPath+"?event=1001&state=accepted", nil))
			if got := list.column("messages", "text"); !strings.Contains(got, "Hello Ann, yours is ready at the corner.") || !strings.Contains(got, "Hello you, ") {
				w.T.Errorf("%s", got)
			}
			blocked := w.gives(http.StatusOK, request(guest, "GET", textsPath+"?state=blocked", nil))
			if blocked.column("messages", "to") != "+18504700911" {
				w.T.Errorf("%v", blocked.body)
			}
		})
		w.Run("a long list of recipients fits", func() {
			var many []object
			for i := range 1000 {
				many = append(many, object{"number": fmt.Sprintf("850%07d", i), "values": object{"name": "somebody", "shop": "here"}})
			}
			if a := w.gives(http.StatusOK, fire(guest, "ready", object{"recipients": many})); a.body["accepted"] != 1000.0 {
				w.T.Errorf("%v", a.body["accepted"])
			}
		})
		one := object{"recipients": []object{{"number": "8504700000"}}}
		w.Run("not one of another tenant, nor one that is fired otherwise, nor one that there isn't", func() {
			w.alike(
				w.refuses(http.StatusNotFound, problem.NoSuchEvent, fire("GULL/rival", "ready", one)),
				w.refuses(http.StatusNotFound, problem.NoSuchEvent, fire(guest, "shipped", one)),
				w.refuses(http.StatusNotFound, problem.NoSuchEvent, fire(guest, "nothing", one)),
			)
		})
		for name, body := range map[string]any{
			"for nobody":                object{"recipients": []object{}},
			"without recipients":        object{},
			"for recipients of no form": object{"recipients": []object{{"numbre": "8504700000"}}},
			"with values of no text":    object{"recipients": []object{{"number": "8504700000", "values": object{"n": 1}}}},
		} {
			w.Run("not "+name, func() {
				w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, fire(guest, "ready", body))
			})
		}
	})
}

func TestOptOutsAreKept(t *testing.T) {
	eachEngine(t, func(w *world) {
		texting(w)
		add := func(user string, numbers ...string) *http.Request {
			return request(user, "POST", optOutsPath, object{"numbers": numbers})
		}
		w.says("+18504700911", "Stop!")
		w.Run("V-7: a list is taken whole or not at all", func() {
			w.gives(http.StatusNoContent, add(guest, "8504700000", "nobody"))
			a := w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, add(guest, "8504700001", "8504700000"))
			if detail, _ := a.body["detail"].(string); !strings.Contains(detail, "8504700000") || strings.Contains(detail, "8504700001") {
				w.T.Errorf("%v", a.body)
			}
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, add(guest, "8504700001", ""))
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, add(guest))
		})
		w.Run("the list says who wanted it", func() {
			a := w.gives(http.StatusOK, request(guest, "GET", optOutsPath, nil))
			if a.column("opt_outs", "number") != "+18504700911 +18504700000 nobody" || a.column("opt_outs", "source") != "person api api" {
				w.T.Errorf("%v", a.body)
			}
			if a := w.gives(http.StatusOK, request(guest, "GET", optOutsPath+"?source=person", nil)); a.column("opt_outs", "words") != "Stop!" {
				w.T.Errorf("%v", a.body)
			}
			if a := w.gives(http.StatusOK, request(guest, "GET", optOutsPath+"?number=8504700000&limit=1", nil)); len(a.rows("opt_outs")) != 1 {
				w.T.Errorf("%v", a.body)
			}
			if a := w.gives(http.StatusOK, request("GULL/rival", "GET", optOutsPath, nil)); len(a.rows("opt_outs")) != 0 {
				w.T.Errorf("%v", a.body)
			}
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, request(guest, "GET", optOutsPath+"?source=nobody", nil))
		})
		w.Run("numbers are taken off, but for what a person said", func() {
			w.gives(http.StatusNoContent, request("GULL/rival", "DELETE", optOutsPath+"?number=8504700000", nil))
			w.gives(http.StatusNoContent, request(guest, "DELETE", optOutsPath+"?number=8504700000&number=8504700911&number=8504700009", nil))
			a := w.gives(http.StatusOK, request(guest, "GET", optOutsPath, nil))
			if a.column("opt_outs", "number") != "+18504700911 nobody" {
				w.T.Errorf("%v", a.body)
			}
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, request(guest, "DELETE", optOutsPath, nil))
			w.refuses(http.StatusUnprocessableEntity, problem.InvalidInput, request(guest, "DELETE", optOutsPath+"?number=", nil))
		})
		w.Run("and all of it is evidence", func() {
			verdict, err := w.texts.Evidence.Verify(w.Ctx, nil)
			if err != nil || verdict.Records != 5 || len(verdict.Faults) != 0 {
				w.T.Errorf("%+v %v", verdict, err)
			}
		})
	})
}

package soap

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/wiretest"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// openForm shows what came in, or goes wrong in the way the company asks for.
func openForm(c *Call, in *docOpenSession) (*string, error) {
	switch in.CompanyID {
	case "":
		return new(string), nil
	case "error":
		return nil, errors.New("disk full at /var/secret")
	case "fault":
		return nil, &Fault{Code: Client, Text: "Company unknown."}
	case "panic":
		panic("out of cheese")
	}
	out := strings.Join([]string{c.Version.String(), in.CompanyID, in.UserName, string(in.Status)}, "/")
	if in.Keep && in.Timeout == 5 && cmp.Equal(in.Groups, []int32{1, 2}) {
		out += " as sent"
	}
	return &out, nil
}

func TestFormExchanges(t *testing.T) {
	wiretest.Run(t, "testdata/form", func(t testing.TB) http.Handler { return docIntelliview(t, FormsOpen, openForm) })
}

// A refused form must not have run anything.
func TestARefusedFormRunsNothing(t *testing.T) {
	ran := 0
	count := func(*Call, *docOpenSession) (*string, error) {
		ran++
		return new(string), nil
	}
	const good = "CompanyID=a&UserName=b&Password=c&Timeout=0&Keep=true&Status=DENIED"
	cases := []struct {
		name, peer, body string
		forms            FormBinding
		runs             int
	}{
		{"from here", nearPeer, good, FormsOpen, 1},
		{"from elsewhere", farPeer, good, FormsOpen, 0},
		{"a service without the binding", nearPeer, good, FormsAbsent, 0},
		{"a service with empty ports", nearPeer, good, FormsEmptyPorts, 0},
		{"a parameter missing", nearPeer, "CompanyID=a", FormsOpen, 0},
		{"a bad escape", nearPeer, good + "&Groups=%zz", FormsOpen, 0},
		{"a bad item at the end", nearPeer, good + "&Groups=1&Groups=one", FormsOpen, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ran = 0
			r := newRequest(http.MethodPost, "http://example.test/D.asmx/ivnOpenSession", c.peer, c.body)
			r.Header.Set("Content-Type", formContentType)
			w := serve(docIntelliview(t, c.forms, count), r)
			if ran != c.runs || (w.Code == http.StatusOK) != (c.runs == 1) {
				t.Errorf("ran %d times with status %d, want %d", ran, w.Code, c.runs)
			}
		})
	}
}

// Each request is told of once, whatever became of it.
func TestEveryDocumentAndFormIsRecordedOnce(t *testing.T) {
	var records []Record
	s := docIntelliview(t, FormsOpen, openForm)
	s.o.Done = func(_ *http.Request, r Record) { records = append(records, r) }
	cases := []struct {
		name, method, target, body string
		status                     int
		operation                  string
	}{
		{"an index", http.MethodGet, "/D.asmx", "", 200, ""},
		{"a description", http.MethodGet, "/D.asmx?wsdl", "", 200, ""},
		{"a missing part", http.MethodGet, "/D.asmx?wsdl=x", "", 500, ""},
		{"a form", http.MethodPost, "/D.asmx/ivnOpenSession", "CompanyID=a&UserName=b&Password=c&Timeout=0&Keep=true&Status=DENIED", 200, "ivnOpenSession"},
		{"a form that fails", http.MethodPost, "/D.asmx/ivnOpenSession", "CompanyID=error&UserName=b&Password=c&Timeout=0&Keep=true&Status=DENIED", 500, "ivnOpenSession"},
		{"a form too large", http.MethodPost, "/D.asmx/ivnOpenSession", strings.Repeat("x", 4<<20+1), 413, "ivnOpenSession"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			records = nil
			r := newRequest(c.method, "http://example.test"+c.target, nearPeer, c.body)
			r.Header.Set("Content-Type", formContentType)
			serve(s, r)
			if len(records) != 1 || records[0].Status != c.status || records[0].Operation != c.operation {
				t.Errorf("got %+v, want one record with status %d of operation %q", records, c.status, c.operation)
			}
		})
	}
}

type (
	formEverything struct {
		Text  *string
		Long  int64
		Money decimal.Decimal
		When  *DateTime
		Maybe *int32
	}
	formFound struct {
		Text  string
		Long  int64
		Money decimal.Decimal
		When  *DateTime
		Maybe *int32
	}
)

// A structure comes back as a root with its type's name, with the namespaces that its nulls need.
func TestA24AStructureIsADocumentToo(t *testing.T) {
	s := mustService(t, Options{Name: "S", Namespace: "urn:s", Forms: FormsOpen},
		Open("Op", "", func(_ *Call, in *formEverything) (*formFound, error) {
			return &formFound{*in.Text, in.Long, in.Money, in.When, nil}, nil
		}))
	r := newRequest(http.MethodPost, "http://example.test/S.asmx/Op", nearPeer,
		"Text=%3Ca%3E&Long=-9223372036854775808&Money=1.50&When=2026-02-28T23:59:59&Maybe=7")
	r.Header.Set("Content-Type", formContentType)
	w := serve(s, r)
	want := `<?xml version="1.0" encoding="utf-8"?>` + "\r\n" +
		`<FormFound xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="urn:s">` +
		`<Text>&lt;a&gt;</Text><Long>-9223372036854775808</Long><Money>1.5</Money><When>2026-02-28T23:59:59</When><Maybe xsi:nil="true" /></FormFound>`
	if diff := cmp.Diff(want, w.Body.String()); diff != "" {
		t.Errorf("the answer differs (-want +got):\n%s", diff)
	}
}

func TestA22EveryTypeIsRefusedByItsName(t *testing.T) {
	s := mustService(t, Options{Name: "S", Namespace: "urn:s", Forms: FormsOpen},
		Open("Op", "", answerNothing[formEverything, string]))
	good := map[string]string{"Text": "a", "Long": "1", "Money": "1", "When": "2026-01-01", "Maybe": "1"}
	for field, want := range map[string]string{
		"Long": "Cannot convert x to System.Int64.", "Money": "Cannot convert x to System.Decimal.",
		"When": "Cannot convert x to System.DateTime.", "Maybe": "Cannot convert x to System.Int32.",
	} {
		t.Run(field, func(t *testing.T) {
			var pairs []string
			for name, value := range good {
				if name == field {
					value = "x"
				}
				pairs = append(pairs, name+"="+value)
			}
			r := newRequest(http.MethodPost, "http://example.test/S.asmx/Op", nearPeer, strings.Join(pairs, "&"))
			r.Header.Set("Content-Type", formContentType)
			if got := serve(s, r).Body.String(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

package soap

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzExchange posts anything at all to a service, routed by its action and by its body. Whatever comes, the answer is
// one of the few that there are, and what it holds is well formed.
func FuzzExchange(f *testing.F) {
	for _, document := range badMessages {
		f.Add(document)
	}
	f.Add(benchEnvelope)
	f.Add(envelope12(request("Store", `<Item xmlns:e="`+spaceEncoding+`" e:id="a"><Int>1</Int><Words><string/></Words></Item><Other xmlns:e="`+spaceEncoding+`" e:ref="#a"/>`)))
	f.Add(envelope11(request("Head", "<Text>x</Text>")))
	f.Add(strings.Replace(envelope11(request("Head", "")), "<s:Body>", `<s:Header><AuthHeader xmlns="`+ringSpace+`"/></s:Header><s:Body>`, 1))
	f.Add("<Envelope/>")
	g := newRing(f, nil)
	f.Fuzz(func(t *testing.T, body string) {
		for _, headers := range [][]string{act("Store"), act("Sessions_Validate"), {"Content-Type", xmlType}, {"Content-Type", soapType}} {
			g.calls, g.record = nil, Record{}
			got := g.post(t, body, headers...)
			if g.record.Panic != nil || g.record.Status != got.Status {
				t.Fatalf("recorded %v", g.record)
			}
			switch got.Status {
			case http.StatusOK, http.StatusInternalServerError:
				if err := readAll([]byte(got.Body), "", DefaultLimits()); err != nil {
					t.Errorf("%v in %q", err, got.Body)
				}
			case http.StatusBadRequest, http.StatusUnsupportedMediaType:
				if got.Body != "" {
					t.Errorf("%d with %q", got.Status, got.Body)
				}
			default:
				t.Errorf("status %d", got.Status)
			}
		}
	})
}

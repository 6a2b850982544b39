package sosbackup

import (
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
)

var (
	sample    = regexp.MustCompile(`(?s)<pre[^>]*>(.*?)</pre>`)
	invisible = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)
	aroundTag = regexp.MustCompile(`\s*(<[^>]*>)\s*`)
)

// folded gives a message with its white space folded: none around tags, one blank elsewhere.
func folded(message string) string {
	return strings.Join(strings.Fields(aroundTag.ReplaceAllString(message, " $1 ")), " ")
}

// visible gives the text of a page, or of a part of it, with its white space folded.
func visible(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(invisible.ReplaceAllString(page, ""))), " ")
}

// operationPage gives the help page of the operation, as somebody at another machine sees it.
func operationPage(t *testing.T, base string) string {
	t.Helper()
	service, err := New(Deps{Access: &access.Services{}})
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	service.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, base+Path+"?op=GetAuthorizationTokenByEntity", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d", answer.Code)
	}
	return answer.Body.String()
}

// recordedMessages gives the four sample messages of seed 004, with their HTTP lines.
func recordedMessages(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/seed/get_authorization_token_by_entity.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n====\n")
}

func TestTheFourMessagesOfTheHelpPageAreThoseOfSeed004(t *testing.T) {
	const seedHost = "secure.sosonlinebackup.com"
	for _, host := range []string{seedHost, "127.0.0.1:8080"} {
		var got, want []string
		for _, m := range sample.FindAllStringSubmatch(operationPage(t, "http://"+host), -1) {
			got = append(got, folded(html.UnescapeString(invisible.ReplaceAllString(m[1], ""))))
		}
		for _, m := range recordedMessages(t) {
			want = append(want, folded(strings.Replace(m, "Host: "+seedHost, "Host: "+host, 1)))
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) != 4 {
			t.Errorf("%d recorded; -want +got:\n%s", len(want), diff)
		}
	}
}

func TestThePartsOfTheHelpPageStandInTheOrderOfSeed004(t *testing.T) {
	page := visible(operationPage(t, "http://secure.sosonlinebackup.com"))
	messages := recordedMessages(t)
	for i := range messages {
		messages[i] = strings.Join(strings.Fields(messages[i]), " ")
	}
	for _, part := range []string{
		Name, "complete list of operations", "GetAuthorizationTokenByEntity", "Test", "only available for requests from the local machine",
		"SOAP 1.1", "sample SOAP 1.1 request and response", messages[0], messages[1],
		"SOAP 1.2", "sample SOAP 1.2 request and response", messages[2], messages[3],
	} {
		before, after, found := strings.Cut(page, part)
		if !found {
			t.Fatalf("%q does not stand where it should; there is: %s", part, page)
		}
		if strings.Contains(before, "Envelope") {
			t.Errorf("before %q there is a message that no part of the seed's page is", part)
		}
		page = after
	}
	if page != "" {
		t.Errorf("behind the last part stands %s", page)
	}
}

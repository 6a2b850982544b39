package wiretest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// door is a small server whose keys change with every login, as real ones do.
func door(testing.TB) http.Handler {
	logins := 0
	mux := http.NewServeMux()
	mux.HandleFunc("/fixed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = io.WriteString(w, `<a xmlns="x"><b /> <c>1</c></a>`)
	})
	mux.HandleFunc("/inner", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `<a>&lt;R&gt;&lt;M ID='x'/&gt;&lt;T Text='5 &amp;lt; 6'/&gt;&lt;/R&gt;</a>`)
	})
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		logins++
		w.Header().Set("X-Request", fmt.Sprintf("r%d", logins))
		_, _ = fmt.Fprintf(w, "<login><key>a+/%d=</key><again>a+/%d=</again></login>", logins, logins)
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		key := r.URL.Query().Get("key")
		w.Header()["Content-Type"] = nil
		_, _ = io.WriteString(w, key+" "+url.QueryEscape(key))
	})
	mux.HandleFunc("/length", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%d ends in %d", len(body), body[len(body)-1])
	})
	mux.HandleFunc("/peer", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, r.RemoteAddr, " ", r.Header.Values(peerHeader))
	})
	return mux
}

func TestExchangesOfAFolder(t *testing.T) {
	Run(t, "testdata/exchange", door)
}

// playText runs a script given as text.
func playText(t *testing.T, text string, rewrite bool) (after string, changed bool, complaints []string) {
	t.Helper()
	s, err := parseScript([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	changed, complaints = s.run(door(t), rewrite)
	return string(s.format()), changed, complaints
}

func TestADifferenceIsReported(t *testing.T) {
	const request = "About.\n-- request --\nGET /fixed HTTP/1.1\n-- answer --\n"
	cases := []struct{ name, answer, want string }{
		{"another status", "HTTP/1.1 404\n\n<a xmlns=\"x\"><b /> <c>1</c></a>\n", "status 200, want 404"},
		{"another header", "HTTP/1.1 200\nContent-Type: text/plain\n\n<a xmlns=\"x\"><b /> <c>1</c></a>\n", "header Content-Type"},
		{"a missing header", "HTTP/1.1 200\nServer: x\n\n<a xmlns=\"x\"><b /> <c>1</c></a>\n", "header Server"},
		{"a header that should be absent", "HTTP/1.1 200\n!Content-Type\n\n<a xmlns=\"x\"><b /> <c>1</c></a>\n", "want none"},
		{"another body", "HTTP/1.1 200\n\n<a xmlns=\"x\"><b /> <c>2</c></a>\n", "body: differs"},
		{"other white space", "HTTP/1.1 200\n\n<a xmlns=\"x\"><b/> <c>1</c></a>\n", "body: differs"},
		{"a body where none should be", "HTTP/1.1 200\n", "body: differs"},
		{"a run does not match a tag", "HTTP/1.1 200\n\n<a xmlns=\"x\">{{any}}</a>\n", "body: differs"},
		{"an unknown name", "HTTP/1.1 200\n\n<a xmlns=\"x\"><b /> <c>{{KEY}}</c></a>\n", "nothing was captured"},
		{"a slip in a directive", "HTTP/1.1 200\n\n{{captrue KEY}}\n", "is not a directive"},
		{"an empty answer", "", "the answer is empty"},
		{"no status line", "200 OK\n", "not a status line"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, changed, complaints := playText(t, request+c.answer, false)
			if changed || len(complaints) != 1 || !strings.Contains(complaints[0], c.want) {
				t.Errorf("got %q, want one complaint about %q", complaints, c.want)
			}
		})
	}
}

func TestACapturedValueMustStayTheSame(t *testing.T) {
	_, _, complaints := playText(t, `About.
-- request --
POST /login
-- answer --
HTTP/1.1 200

<login><key>{{capture KEY}}</key><again>{{any}}</again></login>
-- request 2 --
POST /login
-- answer 2 --
HTTP/1.1 200

<login><key>{{KEY}}</key><again>{{any}}</again></login>
`, false)
	if len(complaints) != 1 || !strings.Contains(complaints[0], `{{KEY}} is "a+/2=", want "a+/1="`) {
		t.Errorf("got %q", complaints)
	}
}

func TestUpdateKeepsDirectivesThatStillMatch(t *testing.T) {
	after, changed, complaints := playText(t, `About.
-- request --
POST /login
-- answer --
HTTP/1.1 201
X-Request: {{any}}
X-Gone: yes

<login><other>1</other><key>{{capture KEY}}</key><again>{{KEY}}</again></login>
-- request 2 --
GET /echo?key={{urlquery KEY}}
-- answer 2 --
`, true)
	want := `About.
-- request --
POST /login
-- answer --
HTTP/1.1 200
X-Request: {{any}}
!X-Gone

<login><key>{{capture KEY}}</key><again>{{KEY}}</again></login>
-- request 2 --
GET /echo?key={{urlquery KEY}}
-- answer 2 --
HTTP/1.1 200
!Content-Type

a+/1= a%2B%2F1%3D
`
	if !changed || len(complaints) != 0 {
		t.Errorf("changed %t, complaints %q", changed, complaints)
	}
	if diff := cmp.Diff(want, after); diff != "" {
		t.Errorf("the rewritten file differs (-want +got):\n%s", diff)
	}
	if _, _, complaints := playText(t, after, false); len(complaints) != 0 {
		t.Errorf("the rewritten file does not pass: %q", complaints)
	}
}

func TestUpdateLeavesAMatchingFileAlone(t *testing.T) {
	text := "About.\n-- request --\nGET /peer\n-- answer --\nHTTP/1.1 200 OK\n\n{{any}} []\n"
	after, changed, complaints := playText(t, text, true)
	if changed || after != text || len(complaints) != 0 {
		t.Errorf("changed %t, complaints %q, text %q", changed, complaints, after)
	}
}

func TestAFileMustBeWhole(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"no comment", "-- request --\nGET /\n-- answer --\n", "comment"},
		{"no answer", "About.\n-- request --\nGET /\n", "without an answer"},
		{"no request", "About.\n", "no request"},
		{"wrong order", "About.\n-- answer --\n-- request --\n", `"request" should`},
		{"wrong number", "About.\n-- request --\n-- answer --\n-- request 3 --\n", `"request 2" should`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseScript([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error about %s", err, c.want)
			}
		})
	}
}

func TestUpdateWritesTheFileUnlessItIsRecorded(t *testing.T) {
	const pair = "-- request --\nGET /fixed\n-- answer --\nHTTP/1.1 404\n"
	for _, c := range []struct {
		name, comment string
		rewrote       bool
	}{
		{"an ordinary file", "About.\n", true},
		{"a recorded file", "About.\nrecorded\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.txt")
			if err := os.WriteFile(file, []byte(c.comment+pair), 0o600); err != nil {
				t.Fatal(err)
			}
			rewrote, complaints, err := play(file, door(t), true)
			if err != nil || rewrote != c.rewrote || (len(complaints) == 0) != c.rewrote {
				t.Errorf("rewrote %t, complaints %q, error %v", rewrote, complaints, err)
			}
			after, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if changed := string(after) != c.comment+pair; changed != c.rewrote {
				t.Errorf("the file changed: %t", changed)
			}
		})
	}
}

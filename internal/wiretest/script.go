package wiretest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

const (
	defaultHost = "latchkey.test"
	defaultPeer = "192.0.2.1"
	peerHeader  = "X-Wiretest-Peer"
)

// script is one parsed file.
type script struct {
	archive   *txtar.Archive
	recorded  bool                // never rewritten
	unescaped bool                // bodies are unescaped by one level before anything else
	fold      func(string) string // brings a body into the form in which it is compared
	exchanges int
}

func parseScript(text []byte) (*script, error) {
	s := &script{archive: txtar.Parse(text)}
	lines := strings.Split(string(s.archive.Comment), "\n")
	s.recorded = slices.Contains(lines, "recorded")
	switch {
	case slices.Contains(lines, "folded-inner"):
		s.unescaped, s.fold = true, foldInner
	case slices.Contains(lines, "folded"):
		s.fold = fold
	default:
		s.fold = func(body string) string { return body }
	}
	if strings.TrimSpace(string(s.archive.Comment)) == "" {
		return nil, fmt.Errorf("the comment on top, which rule or source this shows, is missing")
	}
	for i, f := range s.archive.Files {
		want := sectionName(i)
		if f.Name != want {
			return nil, fmt.Errorf("section %q stands where %q should", f.Name, want)
		}
	}
	if len(s.archive.Files) == 0 || len(s.archive.Files)%2 != 0 {
		return nil, fmt.Errorf("a request without an answer, or no request at all")
	}
	s.exchanges = len(s.archive.Files) / 2
	return s, nil
}

// sectionName is what the section at a position must be called: request, answer, request 2, answer 2.
func sectionName(i int) string {
	name := []string{"request", "answer"}[i%2]
	if n := i/2 + 1; n > 1 {
		name += " " + strconv.Itoa(n)
	}
	return name
}

func (s *script) format() []byte { return txtar.Format(s.archive) }

// run plays all exchanges. It tells whether an answer in the archive was rewritten, and what did not fit.
func (s *script) run(handler http.Handler, rewrite bool) (changed bool, complaints []string) {
	kept := map[string]string{}
	for i := range s.exchanges {
		request, answer := &s.archive.Files[2*i], &s.archive.Files[2*i+1]
		req, err := buildRequest(request.Data, kept)
		if err != nil {
			return changed, append(complaints, fmt.Sprintf("%s: %v", request.Name, err))
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, req)
		got := recorder.Result()
		body := recorder.Body.String()
		if s.unescaped {
			body = inner.Replace(body)
		}

		want, err := parseAnswer(answer.Data)
		if err != nil && !rewrite {
			return changed, append(complaints, fmt.Sprintf("%s: %v", answer.Name, err))
		}
		found, err := want.compare(got, body, kept, s.fold)
		switch {
		case err == nil:
		case rewrite:
			answer.Data = want.rewritten(got, body, kept)
			changed = true
			if again, err := parseAnswer(answer.Data); err == nil {
				found, _ = again.compare(got, body, kept, s.fold)
			}
		default:
			complaints = append(complaints, fmt.Sprintf("%s: %v", answer.Name, err))
		}
		for name, value := range found {
			kept[name] = value
		}
	}
	return changed, complaints
}

// split separates the head of a section from its body at the first empty line.
func split(data []byte) (head, body string) {
	head, body, _ = strings.Cut(string(data), "\n\n")
	if strings.HasPrefix(string(data), "\n") {
		head, body = "", string(data[1:])
	}
	return strings.TrimSuffix(head, "\n"), strings.TrimSuffix(body, "\n")
}

// buildRequest makes the request that a server would have read from a connection.
func buildRequest(data []byte, kept map[string]string) (*http.Request, error) {
	head, body := split(data)
	head, err := expand(head, kept)
	if err != nil {
		return nil, err
	}
	body, err = expand(body, kept)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(head, "\n")
	if strings.Count(lines[0], " ") == 1 {
		lines[0] += " HTTP/1.1"
	}
	if !hasHeader(lines, "Host") {
		lines = append(lines, "Host: "+defaultHost)
	}
	if !hasHeader(lines, "Content-Length") && !hasHeader(lines, "Transfer-Encoding") && (body != "" || strings.HasPrefix(head, "POST ")) {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	raw := strings.Join(lines, "\r\n") + "\r\n\r\n" + body
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("cannot be sent: %w", err)
	}
	peer := req.Header.Get(peerHeader)
	if peer == "" {
		peer = defaultPeer
	}
	req.Header.Del(peerHeader)
	req.RemoteAddr = net.JoinHostPort(peer, "40000")
	return req, nil
}

func hasHeader(lines []string, name string) bool {
	return slices.ContainsFunc(lines[1:], func(line string) bool {
		n, _, ok := strings.Cut(line, ":")
		return ok && strings.EqualFold(strings.TrimSpace(n), name)
	})
}

// answer is what a file expects.
type answer struct {
	status  int
	headers []headerLine
	body    string
	empty   bool // the section has no text yet
}

// headerLine is one expected header, or one that must be absent.
type headerLine struct {
	name, value string
	absent      bool
}

func parseAnswer(data []byte) (answer, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return answer{empty: true}, fmt.Errorf("the answer is empty; -update fills it in")
	}
	head, body := split(data)
	lines := strings.Split(head, "\n")
	a := answer{body: body}
	fields := strings.Fields(lines[0])
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/") {
		return a, fmt.Errorf("%q is not a status line", lines[0])
	}
	status, err := strconv.Atoi(fields[1])
	if err != nil {
		return a, fmt.Errorf("%q is not a status line", lines[0])
	}
	a.status = status
	for _, line := range lines[1:] {
		if name, ok := strings.CutPrefix(line, "!"); ok {
			a.headers = append(a.headers, headerLine{name: strings.TrimSpace(name), absent: true})
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return a, fmt.Errorf("%q is not a header", line)
		}
		a.headers = append(a.headers, headerLine{name: strings.TrimSpace(name), value: strings.TrimSpace(value)})
	}
	return a, nil
}

// named gives the values a file expects of a header, in order.
func (a answer) named(name string) (values []string) {
	for _, h := range a.headers {
		if strings.EqualFold(h.name, name) && !h.absent {
			values = append(values, h.value)
		}
	}
	return values
}

// compare holds an answer against what came. It returns what {{capture}} found, or what differs.
func (a answer) compare(got *http.Response, body string, kept map[string]string, fold func(string) string) (map[string]string, error) {
	if a.empty {
		return nil, fmt.Errorf("the answer is empty in the file")
	}
	var wrong []string
	if got.StatusCode != a.status {
		wrong = append(wrong, fmt.Sprintf("status %d, want %d", got.StatusCode, a.status))
	}
	found := map[string]string{}
	for _, h := range a.headers {
		values := got.Header.Values(h.name)
		if h.absent {
			if len(values) > 0 {
				wrong = append(wrong, fmt.Sprintf("header %s is %q, want none", h.name, values))
			}
			continue
		}
		want, have := strings.Join(a.named(h.name), "\n"), strings.Join(values, "\n")
		if err := match(want, have, kept, found); err != nil {
			wrong = append(wrong, fmt.Sprintf("header %s is %q, want %q", h.name, have, want))
		}
	}
	want, have := fold(a.body), fold(body)
	if err := match(want, have, kept, found); err != nil {
		wrong = append(wrong, fmt.Sprintf("body: %v (-want +got):\n%s", err, cmp.Diff(tags(want), tags(have))))
	}
	if len(wrong) > 0 {
		return found, fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return found, nil
}

// tags puts each tag on a line of its own, to make a difference readable.
func tags(s string) []string {
	return strings.Split(strings.ReplaceAll(s, "><", ">\n<"), "\n")
}

package smsgateway

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// gatewaysAt writes a gateways file, and files beside it in pairs of name and content.
func gatewaysAt(t testing.TB, content string, besides ...string) (path string) {
	t.Helper()
	folder := t.TempDir()
	path = filepath.Join(folder, "gateways.toml")
	for i, file := range append([]string{"gateways.toml", content}, besides...) {
		if i%2 == 1 {
			continue
		}
		text := append([]string{"gateways.toml", content}, besides...)[i+1]
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestGatewaysFile(t *testing.T) {
	path := gatewaysAt(t, `
# What carries our texts.
[gateway.centre]
kind = "smpp"
address = "smsc.example.com:2775"
system_id = "acme"
password_file = "secrets/../centre.password"
window = 20

[gateway.web]
kind = "http"
preset = "twilio"
user = "AC1"
password = "token"
answer_timeout = "20s"

[gateway.web.form]
MessagingServiceSid = "MG1"
From = ""

[[gateway.web.answer]]
status = "503"
means = "not_sent"

[gateway.phone]
kind = "inbox"
deliver = true
`, "centre.password", "from a file\n")
	if err := os.Mkdir(filepath.Join(filepath.Dir(path), "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	entries, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 || entries[0].Name != "centre" || entries[1].Name != "phone" || entries[2].Name != "web" || entries[2].Kind != KindHTTP {
		t.Fatalf("got %+v", entries)
	}
	t.Run("the file is put over the defaults", func(t *testing.T) {
		centre, ok := entries[0].Settings.(SMPPSettings)
		if !ok || centre.Window != 20 || centre.Bind != BindTransceiver || centre.EnquireEvery != 30*time.Second || !centre.Receipts {
			t.Errorf("got %+v", centre)
		}
	})
	t.Run("a secret may stand in a file of its own", func(t *testing.T) {
		if centre, ok := entries[0].Settings.(SMPPSettings); !ok || centre.Password.Reveal() != "from a file" {
			t.Error(centre.Password.Reveal())
		}
	})
	t.Run("the file is put over the preset", func(t *testing.T) {
		web, ok := entries[2].Settings.(HTTPSettings)
		if !ok || web.AnswerTimeout != 20*time.Second || web.ID != "json:sid" {
			t.Errorf("got %+v", web)
		}
		want := map[string]string{
			"MessagingServiceSid": "MG1", "From": "", "To": "{to}", "Body": "{text}", "StatusCallback": "{receipt_url}", "ValidityPeriod": "{validity_seconds}",
		}
		if diff := cmp.Diff(want, web.Form); diff != "" {
			t.Error(diff)
		}
		if web.Answers[0].Status != "503" || web.Answers[0].Place != "body" || len(web.Answers) < 3 {
			t.Errorf("answers: %+v", web.Answers)
		}
	})
	t.Run("an inbox is there too", func(t *testing.T) {
		if phone, ok := entries[1].Settings.(InboxSettings); !ok || !phone.Deliver {
			t.Errorf("got %+v", entries[1])
		}
	})
	t.Run("no secret is printed", func(t *testing.T) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if text := fmt.Sprintf(verb, entries); strings.Contains(text, "from a file") || strings.Contains(text, "token") {
				t.Errorf("%s: %s", verb, text)
			}
		}
	})
}

func TestGatewaysFileMistakes(t *testing.T) {
	cases := []struct {
		name, content string
		want          []string
	}{
		{"not TOML, which may hold a secret", "[gateway.a]\npassword = sesame\n", []string{"FILE:2: this isn't TOML"}},
		{"everything is named at once", `
[gateway.one]
kind = "http"
url = "http://sms.example.com/"
window = 0
json = '{"to": "{to}", "text": "{text}"}'

[gateway.two]
kind = "http"
method = 7
pasword = "sesame"
answer_timeout = "soon"
[gateway.two.receipt]
stat = "form:s"

[gateway.Three]
kind = "inbox"

[gateway.four]
kind = "pigeon"

[gateway.inbox]
kind = "http"
preset = "nobody"

[other]
a = 1
`, []string{
			"FILE:26: other: unknown; each gateway has a table [gateway.NAME]",
			"FILE:16: gateway.Three: a gateway is called by up to 32 small letters, digits, - and _",
			`FILE:20: gateway.four.kind: write kind = "smpp", "http" or "inbox"`,
			"FILE:23: gateway.inbox.kind: the name inbox is kept for the gateway that sends nothing",
			`FILE:24: gateway.inbox.preset: write "twilio" or "kannel"`,
			"FILE:4: gateway.one.url: texts and passwords would travel in the clear: write https, or set plain_http in a closed network",
			"FILE:5: gateway.one.window: write 1 to 1000",
			`FILE:12: gateway.two.answer_timeout: write a time with its unit in quotes, such as "500ms", "30s" or "4h"`,
			"FILE:10: gateway.two.method: write a text in quotes",
			"FILE:11: gateway.two.pasword: unknown; there are preset, method, url, auth, user, password, …",
			"FILE:14: gateway.two.receipt.stat: unknown; there are each, id, state, states, …",
		}},
		{"a secret given twice", "[gateway.a]\nkind = \"smpp\"\npassword = \"a\"\npassword_file = \"b\"\n", []string{
			"FILE:4: gateway.a.password_file: give password or password_file, not both",
		}},
		{"a secret's file that isn't there", "[gateway.a]\nkind = \"smpp\"\npassword_file = \"gone\"\n", []string{
			"FILE:3: gateway.a.password_file: the file can't be read: …",
		}},
		{"a secret that is no text isn't repeated", "[gateway.a]\nkind = \"smpp\"\npassword = 123456\n", []string{
			"FILE:3: gateway.a.password: write a text in quotes",
		}},
		{"tables in place of a table", "[gateway]\na = 1\n[[gateway.b]]\nkind = \"http\"\n", []string{
			"FILE:2: gateway.a: write a table [gateway.a]", "FILE:3: gateway.b: write a table [gateway.b]",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := gatewaysAt(t, c.content)
			entries, err := ReadFile(path)
			var wrong *FileError
			if !errors.As(err, &wrong) || entries != nil {
				t.Fatalf("got %v, %v", entries, err)
			}
			got := strings.Split(strings.ReplaceAll(err.Error(), path, "FILE"), "\n")
			for i := range got {
				if i < len(c.want) {
					if head, ok := strings.CutSuffix(c.want[i], "…"); ok && strings.HasPrefix(got[i], head) {
						got[i] = c.want[i]
					}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(err.Error(), "sesame") || strings.Contains(err.Error(), "123456") {
				t.Error("a secret is shown")
			}
		})
	}
	t.Run("a file that isn't there", func(t *testing.T) {
		if _, err := ReadFile(filepath.Join(t.TempDir(), "gone.toml")); err == nil {
			t.Error("nothing is said")
		}
	})
}

// Whatever stands in a gateways file, it is read, or its mistakes are named.
func FuzzGatewaysFile(f *testing.F) {
	for _, example := range []string{smppExample, twilioExample, kannelExample, httpExample, inboxExample} {
		f.Add(strings.NewReplacer("password_file = \"", "password = \"sesame", "secret_file = \"", "secret = \"sesame").Replace(example))
	}
	f.Add("[gateway.a]\nkind = 'http'\nheaders = 1979-05-27\nanswer = [1, {}]\nreceipt = []\nform = { a = [[]] }\npassword = ['sesame']")
	path := filepath.Join(f.TempDir(), "gateways.toml")
	f.Fuzz(func(t *testing.T, content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		entries, err := ReadFile(path)
		if err != nil && (entries != nil || err.Error() == "") {
			t.Errorf("got %v and %q", entries, err)
		}
		for _, entry := range entries {
			if entry.Settings == nil || entry.Name == "" {
				t.Errorf("got %+v", entry)
			}
		}
	})
}

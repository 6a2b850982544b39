package smsgateway

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/wiretest"
)

const smppExample = `[gateway.centre]
kind = "smpp"
address = "smsc.example.com:2775"
system_id = "acme"
password_file = "centre.password"
window = 20
tls = true
`

const twilioExample = `[gateway.twilio]
kind = "http"
preset = "twilio"
user = "AC00000000000000000000000000000000"
password_file = "twilio.token"
`

const kannelExample = `[gateway.kannel]
kind = "http"
preset = "kannel"
url = "http://127.0.0.1:13013/cgi-bin/sendsms"
user = "latchkey"
password_file = "kannel.password"
callback_url = "http://127.0.0.1:8080/sms/callback/"
`

const httpExample = `[gateway.acme]
kind = "http"
url = "https://sms.acme.example/v2/messages"
auth = "bearer"
password_file = "acme.token"
headers = { Idempotency-Key = "latchkey-{id}" }
json = '{"recipient": "{to}", "sender": "{from}", "content": "{text}", "report": "{receipt_url}"}'
id = "json:data.id"
code = "json:error.code"

[[gateway.acme.answer]] # this provider answers 503 before it has taken anything
status = "503"
means = "not_sent"

[gateway.acme.signature]
scheme = "hmac"
header = "X-Acme-Signature"
prefix = "sha256="
secret_file = "acme.key"

[gateway.acme.receipt]
state = "json:status"
states = { DELIVERED = "delivered", REJECTED = "failed", EXPIRED = "expired", BUFFERED = "submitted" }
code = "json:error.code"
time = "json:timestamp"

[gateway.acme.inbound]
id = "json:id"
from = "json:sender"
to = "json:recipient"
text = "json:content"
`

const inboxExample = `[gateway.demo]
kind = "inbox"
deliver = true
`

// TestReferenceIsCurrent holds docs/reference/gateways.md against the tags; -update writes it.
func TestReferenceIsCurrent(t *testing.T) {
	wiretest.Golden(t, "../../docs/reference/gateways.md", []byte(reference()))
}

func TestReferenceExamplesAreRead(t *testing.T) {
	for name, example := range map[string]string{
		"smpp": smppExample, "twilio": twilioExample, "kannel": kannelExample, "http": httpExample, "inbox": inboxExample,
	} {
		t.Run(name, func(t *testing.T) {
			path := gatewaysAt(t, example, "centre.password", "a", "twilio.token", "a", "kannel.password", "a", "acme.token", "a", "acme.key", "a")
			entries, err := ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := New(entries[0].Settings, Deps{Name: entries[0].Name, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)}); err != nil {
				t.Error(err)
			}
		})
	}
}

const referenceHead = `# Gateways

<!-- Generated from internal/smsgateway by ` + "`make generate`" + `. -->

What carries texts stands in a TOML file of its own, which the setting sms.gateways_file names: a table ` + "`[gateway.NAME]`" + `
for each gateway, with its kind and what that kind needs. A profile names its gateway by that name. The gateway
` + "`inbox`" + ` is there without a file. An unknown key is an error, and everything that is wrong is said at once, with its line.

Texts stand in quotes, and so do times (` + "`\"500ms\"`, `\"30s\"`, `\"4h\"`" + `); numbers and ` + "`true` or `false`" + ` stand without. A
secret may stand in the file or, under the same key with ` + "`_file`" + ` behind it, in a file that is named; it is never printed.
Names of files are taken from the folder of the gateways file.

` + "`latchkey gateway test NAME`" + ` says whether a gateway can be reached and lets us in. It sends nothing.
`

const httpHead = `
### Placeholders

| Placeholder | Is |
| --- | --- |
| ` + "`{id}`" + ` | our id of the text |
| ` + "`{from}`, `{to}`" + ` | the profile's number, and the person's in E.164 |
| ` + "`{to_digits}`" + ` | the person's number without the plus |
| ` + "`{text}`" + ` | the text |
| ` + "`{coding}`" + ` | coding_gsm7 or coding_ucs2, by the letters of the text |
| ` + "`{receipt_url}`" + ` | where receipts of this text are taken; an entry of query or form that holds it is left out when providers don't reach us |
| ` + "`{validity_seconds}`, `{validity_minutes}`, `{expires}`" + ` | until when it may be sent on |
| ` + "`{user}`, `{password}`" + ` | the login |

` + "`{{` and `}}`" + ` are braces.

### What an answer means

A text is **taken**, **refused** (it never will be), **not sent** (it certainly was not taken, and is tried again) or **in
doubt** (it may have been taken; it is never sent again by itself, and a receipt or its expiry decides). Nothing but a failure
before the first byte was written is not sent by itself: everything after that is in doubt unless the provider says otherwise.
A redirect is not followed.

### Callbacks

Receipts come to the address that ` + "`{receipt_url}`" + ` is, which is another for each text. Providers whose address is entered once get
one for all texts and name the text by their id; texts from people come to an address of their own. ` + "`latchkey gateway list --callbacks`" + `
prints both. The addresses can't be guessed: they are as secret as a password. A callback is answered with 200 when it is
kept, and with 503 when it has to be said again.
`

const kannelNote = `
Kannel calls back for texts from people through an sms-service, whose get-url is the inbound address with this behind it:
` + "`" + KannelInboundQuery + "`" + `. It needs ` + "`max-messages = 0`" + ` there, so that nothing is answered to the person, and
` + "`http-request-retry`" + ` in the group smsbox, so that a callback that was not kept is said again. In the group sendsms-user
` + "`concatenation = true`" + ` and ` + "`max-messages = 10`" + ` let long texts through; Kannel drops what is longer without a word.
`

func reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	section(&b, "smpp: a message centre", "Speaks SMPP 3.4.", smppExample)
	settingsTable(&b, "", reflect.TypeFor[SMPPSettings]())
	section(&b, "http: a provider's web interface", "A provider that there is no preset for:", httpExample)
	b.WriteString(httpHead)
	b.WriteString("\n### Twilio\n\n```toml\n" + twilioExample + "```\n")
	filledIn(&b, "twilio")
	b.WriteString("\n### Kannel\n\n```toml\n" + kannelExample + "```\n" + kannelNote)
	filledIn(&b, "kannel")
	b.WriteString("\n### Settings\n")
	settingsTable(&b, "", reflect.TypeFor[HTTPSettings]())
	section(&b, "inbox: nowhere", "Takes every text and sends nothing; the texts can be read in the store.", inboxExample)
	settingsTable(&b, "", reflect.TypeFor[InboxSettings]())
	return b.String()
}

func section(b *strings.Builder, title, text, example string) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n```toml\n%s```\n", title, text, example)
}

// filledIn writes what a preset fills in, as it would stand in the file.
func filledIn(b *strings.Builder, preset string) {
	var s, standard HTTPSettings
	_ = setDefaults(reflect.ValueOf(&s).Elem())
	_ = setDefaults(reflect.ValueOf(&standard).Elem())
	s.fillIn(preset)
	s.Preset = ""
	fmt.Fprintf(b, "\nThe preset fills in:\n\n```toml\n")
	asTOML(b, "gateway.NAME", reflect.ValueOf(s), reflect.ValueOf(standard))
	b.WriteString("```\n")
}

// asTOML writes the settings of a struct that differ from another, and then the tables below it.
func asTOML(b *strings.Builder, table string, value, standard reflect.Value) {
	var below []setting
	for _, s := range settingsOf(value.Type()) {
		field := value.Field(s.index)
		switch {
		case isTable(s.kind) || isTables(s.kind) || s.kind.Kind() == reflect.Map:
			below = append(below, s)
		case !field.Equal(standard.Field(s.index)):
			fmt.Fprintf(b, "%s = %q\n", s.key, fmt.Sprint(field.Interface()))
		}
	}
	for _, s := range below {
		field, name := value.Field(s.index), table+"."+s.key
		switch {
		case isTable(s.kind):
			var inner strings.Builder
			asTOML(&inner, name, field, standard.Field(s.index))
			if inner.Len() > 0 {
				fmt.Fprintf(b, "\n[%s]\n%s", name, inner.String())
			}
		case isTables(s.kind):
			for i := range field.Len() {
				empty := reflect.New(s.kind.Elem()).Elem()
				fmt.Fprintf(b, "\n[[%s]]\n", name)
				asTOML(b, name, field.Index(i), empty)
			}
		case field.Len() > 0:
			fmt.Fprintf(b, "\n[%s]\n", name)
			texts, _ := field.Interface().(map[string]string)
			for _, key := range slices.Sorted(maps.Keys(texts)) {
				fmt.Fprintf(b, "%q = %q\n", key, texts[key])
			}
		}
	}
}

// settingsTable writes the settings of a struct and, after them, the tables below it.
func settingsTable(b *strings.Builder, prefix string, kind reflect.Type) {
	b.WriteString("\n| Key | Kind | Default | Does |\n| --- | --- | --- | --- |\n")
	var below []setting
	for _, s := range settingsOf(kind) {
		standard := "none"
		if s.kind.Kind() == reflect.Bool && s.standard == "" {
			s.standard = "false"
		}
		if s.standard != "" {
			standard = "`" + s.standard + "`"
		}
		if isTable(s.kind) || isTables(s.kind) {
			below, standard = append(below, s), "none"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", prefix+s.key, kindInWords(s), standard, strings.ReplaceAll(s.help, "|", `\|`))
	}
	for _, s := range below {
		if isTables(s.kind) {
			fmt.Fprintf(b, "\nEach `[[gateway.NAME.%s]]`:\n", prefix+s.key)
			settingsTable(b, "", s.kind.Elem())
			continue
		}
		fmt.Fprintf(b, "\nThe table `[gateway.NAME.%s]`:\n", prefix+s.key)
		settingsTable(b, "", s.kind)
	}
}

func kindInWords(s setting) string {
	switch {
	case isTable(s.kind):
		return "table"
	case isTables(s.kind):
		return "list of tables"
	}
	switch reflect.Zero(s.kind).Interface().(type) {
	case Secret:
		return "secret"
	case Path:
		return "file"
	case bool:
		return "true or false"
	case int, byte:
		return "number"
	case []string:
		return "list"
	case map[string]string:
		return "table of texts"
	}
	if s.kind.Name() == "Duration" {
		return "time"
	}
	return "text"
}

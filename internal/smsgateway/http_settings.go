package smsgateway

import "time"

// How an HTTP gateway shows who we are.
const (
	AuthBasic  = "basic"  // user and password, as HTTP has it
	AuthBearer = "bearer" // the password alone
	AuthNone   = "none"   // not at all, or in a template
)

// HTTPSettings are the settings of a gateway that is a provider's web interface. Templates hold placeholders in braces,
// such as {text}; each value is escaped for the place where it stands, so that no text can be more than text. The tags say
// what each setting is; mistakes says what is wrong with them.
type HTTPSettings struct {
	Preset string `toml:"preset" help:"Fills in the settings of a provider: twilio or kannel. Each of them can be given another value; entries of a table are put over the preset's, answers are looked at before the preset's."`

	Method          string            `toml:"method" default:"POST" help:"POST, PUT or GET."`
	URL             string            `toml:"url" help:"Where a text is handed over. May hold {user}, {id}, {to}, {to_digits} and {from} between slashes."`
	Auth            string            `toml:"auth" default:"basic" help:"How we show who we are: basic (user and password), bearer (the password alone) or none (not at all, or in a template)."`
	User            string            `toml:"user" help:"Our name at the provider, {user} in templates."`
	Password        Secret            `toml:"password" help:"Our password or token at the provider, {password} in templates."`
	Headers         map[string]string `toml:"headers" help:"Further headers. May hold {user}, {password} and {id}."`
	Query           map[string]string `toml:"query" help:"What is put behind the address, after the question mark. An entry whose template is empty is left out."`
	Form            map[string]string `toml:"form" help:"The body as a form. An entry whose template is empty is left out. Of form, json and text there is one at most."`
	JSON            string            `toml:"json" help:"The body as a JSON document; placeholders stand inside its strings."`
	Text            string            `toml:"text" help:"The body as plain text; {text} may stand at its end only."`
	ContentType     string            `toml:"content_type" help:"The body's Content-Type, where it isn't the usual one of its kind."`
	CodingGSM7      string            `toml:"coding_gsm7" default:"gsm7" help:"What {coding} is for a text in the GSM 7-bit alphabet."`
	CodingUCS2      string            `toml:"coding_ucs2" default:"ucs2" help:"What {coding} is for any other text."`
	LongestValidity time.Duration     `toml:"longest_validity" default:"0s" help:"The most that {validity_seconds} and {validity_minutes} may be, where the provider sets a limit. 0s: no limit."`

	ID      string       `toml:"id" default:"none" help:"Where the provider's id of the text stands in its answer: json:PATH (parts separated by dots), header:NAME, regexp:PATTERN (the first group), body, or none."`
	Code    string       `toml:"code" default:"none" help:"Where the provider's code of a refusal stands in its answer, as for id."`
	Answers []HTTPAnswer `toml:"answer" help:"What an answer means; the first that fits counts. Where none fits: 2xx taken; 429 throttled; 401 to 405, 407, 307 and 308 not sent, and everybody waits; other 4xx but 408 refused; everything else in doubt."`

	Window         int           `toml:"window" default:"10" help:"How many texts may be under way at once, 1 to 1000."`
	ConnectTimeout time.Duration `toml:"connect_timeout" default:"10s" help:"How long a connection may take to stand, TLS included."`
	AnswerTimeout  time.Duration `toml:"answer_timeout" default:"30s" help:"How long handing over a text may take in all. A text that was written and not answered in that time is in doubt."`
	KeepConnection time.Duration `toml:"keep_connection" default:"2s" help:"How long an idle connection is used again. 0s: one connection for each text."`
	Pause          time.Duration `toml:"pause" default:"30s" help:"How long everybody waits when the provider can't be reached, doesn't let us in, or throttles without saying for how long."`

	PlainHTTP  bool   `toml:"plain_http" default:"false" help:"Speak without TLS to another machine. Passwords and texts travel in the clear: only in a closed network."`
	CAFile     Path   `toml:"ca_file" help:"A PEM file with the only authorities whose certificates are believed, in place of the system's."`
	ServerName string `toml:"server_name" help:"The name that the provider's certificate must carry, where it isn't the address's."`
	CertFile   Path   `toml:"cert_file" help:"Our own certificate in PEM form, for a provider that asks for one. Needs key_file."`
	KeyFile    Path   `toml:"key_file" help:"The private key of cert_file in PEM form."`
	Proxy      Secret `toml:"proxy" help:"A proxy's address, such as http://proxy.example.com:3128, with a login where it asks for one. Proxies that the environment names are not used."`

	CallbackURL string        `toml:"callback_url" help:"Where the provider reaches our /sms/callback/, when it isn't under public_url, such as http://127.0.0.1:8080/sms/callback/."`
	Signature   HTTPSignature `toml:"signature" help:"How callbacks are signed. Their addresses can't be guessed in any case."`
	Receipt     HTTPReceipt   `toml:"receipt" help:"Delivery receipts. A place is form:NAME, query:NAME, header:NAME, json:PATH, body, or none."`
	Inbound     HTTPInbound   `toml:"inbound" help:"Texts from people; places as for receipts."`
	Probe       HTTPProbe     `toml:"check" help:"What latchkey gateway test asks for. Without an address and a query it connects and asks nothing."`
}

// What an answer can mean.
const (
	MeansTaken     = "taken"
	MeansRefused   = "refused"
	MeansNotSent   = "not_sent"
	MeansThrottled = "throttled"
	MeansInDoubt   = "in_doubt"
)

// HTTPAnswer says what an answer means. It fits when all that is given in it fits.
type HTTPAnswer struct {
	Status  string        `toml:"status" help:"The answer's status, such as 429, 5xx or 200-299. Empty: any."`
	Place   string        `toml:"place" default:"body" help:"What matches looks at, as for id."`
	Matches string        `toml:"matches" help:"A regular expression for what stands there. Empty: anything."`
	Means   string        `toml:"means" help:"taken, refused, not_sent, throttled or in_doubt. Only what certainly was not taken may be not_sent or throttled: it is sent again."`
	Reason  string        `toml:"reason" help:"The reason that operators read."`
	Pause   time.Duration `toml:"pause" default:"0s" help:"With not_sent and throttled: how long everybody waits, unless the answer says it. 0s: the gateway's pause for throttled, no wait for not_sent."`
}

// How a callback is signed.
const (
	SignedNot    = "none"
	SignedHMAC   = "hmac"   // a MAC of the body in a header
	SignedTwilio = "twilio" // X-Twilio-Signature
)

// HTTPSignature says how callbacks are signed.
type HTTPSignature struct {
	Scheme    string `toml:"scheme" default:"none" help:"none, hmac (a keyed digest of the body in a header; a callback without a body is refused) or twilio (X-Twilio-Signature over address and form)."`
	Secret    Secret `toml:"secret" help:"The key; for twilio it is the auth token, by default the gateway's password."`
	Header    string `toml:"header" default:"X-Signature" help:"With hmac: the header."`
	Algorithm string `toml:"algorithm" default:"sha256" help:"With hmac: sha256, sha512 or sha1."`
	Encoding  string `toml:"encoding" default:"hex" help:"With hmac: hex or base64."`
	Prefix    string `toml:"prefix" help:"With hmac: what stands before the digest, such as sha256=."`
}

// HTTPReceipt says where a delivery receipt holds what.
type HTTPReceipt struct {
	Each        string            `toml:"each" help:"The path of a list, when one callback brings several receipts as JSON; the other paths then begin below it."`
	ID          string            `toml:"id" default:"none" help:"The provider's id of the text. Our own travels in the address, where {receipt_url} was sent along with the text."`
	State       string            `toml:"state" default:"none" help:"The word for what became of it. none: this provider sends no receipts."`
	States      map[string]string `toml:"states" help:"What each word means: submitted (still on its way), delivered, failed, expired or unknown. A word that isn't here changes nothing."`
	Code        string            `toml:"code" default:"none" help:"The network's error code."`
	CodePattern string            `toml:"code_pattern" help:"A regular expression that finds the code in what stands there: its first group that isn't empty."`
	From        string            `toml:"from" default:"none" help:"Our number."`
	To          string            `toml:"to" default:"none" help:"The person's number."`
	Text        string            `toml:"text" default:"none" help:"The first letters of the text."`
	Time        string            `toml:"time" default:"none" help:"When it happened: seconds or milliseconds since 1970, or a time by RFC 3339 or RFC 1123. Otherwise the time of the callback counts."`
}

// HTTPInbound says where a text from a person holds what.
type HTTPInbound struct {
	Each       string `toml:"each" help:"The path of a list, when one callback brings several texts as JSON; the other paths then begin below it."`
	ID         string `toml:"id" default:"none" help:"The provider's id, which tells a text that is said again."`
	From       string `toml:"from" default:"none" help:"The person's number. none: this provider brings no texts."`
	To         string `toml:"to" default:"none" help:"Our number."`
	Text       string `toml:"text" default:"none" help:"The text."`
	Charset    string `toml:"charset" default:"none" help:"The name of the text's character set: UTF-8, UTF-16BE or ISO-8859-1. UTF-8 where there is none."`
	Time       string `toml:"time" default:"none" help:"When it was sent, as for receipts."`
	Answer     string `toml:"answer" help:"The body of our answer when the text was kept. Empty for most; what a provider would send on to the person doesn't belong here."`
	AnswerType string `toml:"answer_type" default:"text/plain" help:"The Content-Type of our answer."`
}

// HTTPProbe is a request that sends nothing.
type HTTPProbe struct {
	URL    string            `toml:"url" help:"The address of a GET that sends nothing and costs nothing, with the same login. May hold {user}. By default, when there is a query, the gateway's own address."`
	Query  map[string]string `toml:"query" help:"What is put behind the address. May hold {user} and {password}."`
	Status string            `toml:"status" default:"2xx" help:"The status that says we are let in."`
}

package config

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// SMS governs texts: over which gateways they go, who is not written to, and how long each waits (rules L and P).
type SMS struct {
	GatewaysFile string `env:"GATEWAYS_FILE" placeholder:"FILE" help:"TOML file with a table [gateway.NAME] for each gateway that carries texts. Without it there is one, the inbox, which keeps texts and sends nothing."`

	NumberPlan bool `negatable:"" env:"NUMBER_PLAN" help:"Refuse numbers that the numbering plan does not have. Otherwise ten digits are enough, as for the original (rules P-14)."`
	MostParts  int  `default:"6" env:"MOST_PARTS" placeholder:"N" help:"A text that the network would carry in more parts is refused, unless its profile has a number of its own (rules P-9)."`

	OptOutScope       string        `default:"events" env:"OPT_OUT_SCOPE" placeholder:"SCOPE" help:"What the list applies to that is kept through the APIs: events, the texts of events that a user of the vendor made, as the original does; or all, every text (rules L-12)."`
	StopScope         string        `default:"all" env:"STOP_SCOPE" placeholder:"SCOPE" help:"What a person's STOP closes: all texts of the tenant, or those of the profile that it was sent to (rules L-2)."`
	ProfileScopeUntil string        `default:"2027-01-31" env:"PROFILE_SCOPE_UNTIL" placeholder:"DAY" help:"From this day (UTC) a STOP closes all texts, whatever stop_scope says: until then the law waives it (rules L-2)."`
	StopWords         []string      `env:"STOP_WORDS" placeholder:"WORD" help:"Words that count as STOP beside those that always do (rules L-7)."`
	Confirmation      string        `default:"You will get no more texts from us. Reply START to get them again." env:"CONFIRMATION" placeholder:"TEXT" help:"The one text that confirms a STOP; {from} and {tenant} stand for the sender and its tenant. Empty: none is sent."`
	ConfirmWithin     time.Duration `default:"5m" env:"CONFIRM_WITHIN" placeholder:"TIME" help:"No confirmation is sent later than that after the STOP, 5m at most (rules L-4)."`
	HelpText          string        `default:"{tenant}: for help ask whoever you have your contract with. {url} Reply STOP to get no more texts." env:"HELP_TEXT" placeholder:"TEXT" help:"What HELP is answered with; {from}, {tenant} and {url} are filled in. Empty: it is not answered."`
	HelpEvery         time.Duration `default:"5m" env:"HELP_EVERY" placeholder:"TIME" help:"A number that asks for help again within this time gets no second answer."`

	Shield       string        `default:"report" env:"SHIELD" placeholder:"SETTING" help:"What becomes of a text that repeats another, of the same caller, number, text and profile: off, it is sent; report, it is sent and marked; on, it is answered with the first one's id and not sent (features M-26)."`
	ShieldWindow time.Duration `default:"2m" env:"SHIELD_WINDOW" placeholder:"TIME" help:"How long a text counts for the shield."`

	Validity    time.Duration `default:"4h" env:"VALIDITY" placeholder:"TIME" help:"A text that could not be handed to its gateway for so long is not sent any more (features M-9)."`
	ReceiptWait time.Duration `default:"72h" env:"RECEIPT_WAIT" placeholder:"TIME" help:"How long a text waits for word of its delivery, and one in doubt for being cleared up, before it counts as expired."`
	AnswerWait  time.Duration `default:"1m" env:"ANSWER_WAIT" placeholder:"TIME" help:"How long a gateway has for its answer; after that the text is in doubt (rules P-2)."`
	StopWait    time.Duration `default:"10s" env:"STOP_WAIT" placeholder:"TIME" help:"How long a server that stops waits for answers of gateways; texts without one are in doubt."`
	Lease       time.Duration `default:"30s" env:"LEASE" placeholder:"TIME" help:"A server that gave no sign of life for so long counts as dead, and what it was sending as in doubt. It matters with several servers on one database."`

	FirstPause   time.Duration `default:"30s" env:"FIRST_PAUSE" placeholder:"TIME" help:"How long a text waits after the first try that failed; each further one doubles it (rules P-4)."`
	LongestPause time.Duration `default:"10m" env:"LONGEST_PAUSE" placeholder:"TIME" help:"What that pause grows to at most."`
	GatewayPause time.Duration `default:"5s" env:"GATEWAY_PAUSE" placeholder:"TIME" help:"How long a gateway rests that says it gets too much and does not say for how long; doubled while it goes on (rules P-4)."`

	DayZone        string `default:"America/Los_Angeles" env:"DAY_ZONE" placeholder:"ZONE" help:"The time zone whose midnight begins the day of a profile's parts per day (rules P-6)."`
	MostRecipients int    `default:"1000" env:"MOST_RECIPIENTS" placeholder:"N" help:"How many recipients one firing of an event may have, up to 10000."`
}

// ProfileScopeEnd is ProfileScopeUntil as a time; zero when it can't be read, which Check names.
func (s SMS) ProfileScopeEnd() time.Time {
	day, _ := time.Parse(time.DateOnly, s.ProfileScopeUntil)
	return day
}

// The bounds of texts.
const (
	mostParts         = 255                 // one byte counts them on the network (rules P-7)
	mostAnswer        = 306                 // two parts of 153
	mostConfirmWithin = 5 * time.Minute     // rules L-4
	mostValidity      = 7 * 24 * time.Hour  // older ones wake nobody up (features M-9)
	mostReceiptWait   = 30 * 24 * time.Hour // no network knows longer
	mostRecipients    = 10_000              // all in one transaction
)

func (s SMS) checks() []row {
	_, dayErr := time.Parse(time.DateOnly, s.ProfileScopeUntil)
	_, zoneErr := time.LoadLocation(s.DayZone)
	oneOf := func(text string, words ...string) bool { return slices.Contains(words, text) }
	empty := func(word string) bool { return strings.TrimSpace(word) == "" }
	return append(s.waitChecks(), []row{
		{missing(s.GatewaysFile), say("sms.gateways_file", s.GatewaysFile, "there is no such file")},
		{s.MostParts < 1 || s.MostParts > mostParts, say("sms.most_parts", s.MostParts, "write 1 to %d", mostParts)},
		{!oneOf(s.OptOutScope, "events", "all"), say("sms.opt_out_scope", s.OptOutScope, "write events or all")},
		{!oneOf(s.StopScope, "profile", "all"), say("sms.stop_scope", s.StopScope, "write profile or all")},
		{dayErr != nil, say("sms.profile_scope_until", s.ProfileScopeUntil, "write a day, such as 2027-01-31")},
		{slices.ContainsFunc(s.StopWords, empty), say("sms.stop_words", s.StopWords, "one of the words is empty")},
		tooLong("sms.confirmation", s.Confirmation),
		tooLong("sms.help_text", s.HelpText),
		{!oneOf(s.Shield, "off", "report", "on"), say("sms.shield", s.Shield, "write off, report or on")},
		{zoneErr != nil || s.DayZone == "", say("sms.day_zone", s.DayZone, "write the name of a time zone, such as America/Los_Angeles or UTC")},
		{
			s.MostRecipients < 1 || s.MostRecipients > mostRecipients,
			say("sms.most_recipients", s.MostRecipients, "write 1 to %d", mostRecipients),
		},
	}...)
}

func (s SMS) waitChecks() []row {
	const day = 24 * time.Hour
	return []row{
		outside("sms.confirm_within", s.ConfirmWithin, time.Second, mostConfirmWithin),
		outsideOrOff("sms.help_every", s.HelpEvery, time.Second, day),
		outside("sms.shield_window", s.ShieldWindow, time.Second, day),
		outside("sms.validity", s.Validity, time.Minute, mostValidity),
		outside("sms.receipt_wait", s.ReceiptWait, time.Minute, mostReceiptWait),
		outside("sms.answer_wait", s.AnswerWait, time.Second, 10*time.Minute),
		outside("sms.stop_wait", s.StopWait, time.Second, 10*time.Minute),
		outside("sms.lease", s.Lease, 5*time.Second, time.Hour),
		outside("sms.first_pause", s.FirstPause, time.Second, day),
		outside("sms.longest_pause", s.LongestPause, time.Second, day),
		{s.LongestPause < s.FirstPause, say("sms.longest_pause", s.LongestPause,
			"must not be shorter than sms.first_pause, which is %s", format(s.FirstPause))},
		outside("sms.gateway_pause", s.GatewayPause, time.Second, time.Hour),
	}
}

// tooLong is the row for a text that answers a person: it is one of the operator's own, so it should not cost much.
func tooLong(key, text string) row {
	return row{utf8.RuneCountInString(text) > mostAnswer, say(key, text, "write %d characters at most", mostAnswer)}
}

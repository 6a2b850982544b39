package messaging

import "time"

// Settings are what an operator may choose about texts. DefaultSettings gives the values of a fresh installation.
type Settings struct {
	NumberPlan bool // numbers are looked up in the numbering plan; off: their form is enough
	MostParts  int  // a text of more parts is refused, where the profile sets no number of its own (rules P-9)

	OptOutScope Scope // what the list that is kept through the API applies to (rules L-12)
	StopScope   Scope // what a person's STOP closes: ScopeAll, or ScopeProfile until ProfileScopeUntil (rules L-2)
	// ProfileScopeUntil is when a STOP closes everything whatever StopScope says: the law's waiver ends (rules L-2).
	ProfileScopeUntil time.Time
	StopWords         []string      // what counts as STOP beside the words of rules L-7
	Confirmation      string        // the text that confirms a STOP; empty: none. {from} and {tenant} are filled in
	ConfirmWithin     time.Duration // no confirmation is sent later than that (rules L-4)
	HelpText          string        // what HELP is answered with; empty: nothing. {from}, {tenant} and {url} are filled in
	HelpEvery         time.Duration // a number that asks for help again within this time is not answered again

	Shield       Shield        // what becomes of a text that repeats another
	ShieldWindow time.Duration // how long a text counts for that

	Validity    time.Duration // how long a text waits for being submitted (features M-9)
	ReceiptWait time.Duration // how long a submitted text waits for its receipt, and one in doubt for being cleared up
	AnswerWait  time.Duration // how long a gateway has for its answer
	StopWait    time.Duration // how long a stop waits for answers of gateways
	Poll        time.Duration // how often the store is asked for work that nobody told of
	Lease       time.Duration // after this time without a sign of life a dispatcher counts as dead

	FirstPause   time.Duration // how long a text waits after a first failed try, doubled each time (rules P-4)
	LongestPause time.Duration // the most it waits
	// GatewayPause is how long a gateway that is throttled rests when it doesn't say, doubled while it goes on.
	GatewayPause time.Duration

	DayZone        string // the IANA name of the zone whose midnight begins a day of PartsPerDay (rules P-6)
	MostRecipients int    // how many recipients one firing of an event may have
}

// narrow reports whether at a time a STOP closes one profile only.
func (s Settings) narrow(now time.Time) bool {
	return s.StopScope == ScopeProfile && now.Before(s.ProfileScopeUntil)
}

// Scope says how far an opt-out reaches.
type Scope string

// The scopes.
const (
	ScopeEvents  Scope = "events"  // of the list: texts of events that an account of the vendor's role made
	ScopeProfile Scope = "profile" // of a STOP: the profile it was sent to
	ScopeAll     Scope = "all"     // every text of the tenant
)

// Shield says what becomes of a text that repeats another: same caller, number, text and profile within the window.
type Shield string

// The settings of the shield.
const (
	ShieldOff    Shield = "off"
	ShieldReport Shield = "report" // it is sent, and marked
	ShieldOn     Shield = "on"     // it is answered with the first one's id, and not sent
)

// DefaultSettings gives the settings of a fresh installation.
func DefaultSettings() Settings {
	return Settings{
		MostParts:         6,
		OptOutScope:       ScopeEvents,
		StopScope:         ScopeAll,
		ProfileScopeUntil: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
		Confirmation:      "You will get no more texts from us. Reply START to get them again.",
		ConfirmWithin:     5 * time.Minute,
		HelpText:          "{tenant}: for help ask whoever you have your contract with. {url} Reply STOP to get no more texts.",
		HelpEvery:         5 * time.Minute,
		Shield:            ShieldReport,
		ShieldWindow:      2 * time.Minute,
		Validity:          4 * time.Hour,
		ReceiptWait:       72 * time.Hour,
		AnswerWait:        time.Minute,
		StopWait:          10 * time.Second,
		Poll:              time.Second,
		Lease:             30 * time.Second,
		FirstPause:        30 * time.Second,
		LongestPause:      10 * time.Minute,
		GatewayPause:      5 * time.Second,
		DayZone:           "America/Los_Angeles",
		MostRecipients:    1000,
	}
}

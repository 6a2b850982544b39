package messaging

import (
	"time"

	"latchkey/internal/access"
	"latchkey/internal/optout"
)

// MessageID names a text; on the Rev.io wire it is ID, of 31 bits.
type MessageID int64

// ProfileID names a profile; on the Rev.io wire it is SmsProfileID.
type ProfileID = optout.ProfileID

// EventID names an event.
type EventID int64

// State is where a text is on its way (rules P-13).
type State string

// The states. Delivered, Failed, Expired and Blocked are final; Unknown becomes one of them by a receipt or its expiry.
const (
	Accepted   State = "accepted"   // stored and acknowledged, not tried yet
	Queued     State = "queued"     // waits for another try, which is due at NextTryAt
	Held       State = "held"       // waits for the end of quiet hours
	Submitting State = "submitting" // claimed by a dispatcher that is speaking to the gateway
	Submitted  State = "submitted"  // every part was taken by the gateway; a receipt is awaited
	Delivered  State = "delivered"
	Failed     State = "failed"
	Expired    State = "expired" // its time was over before it was submitted, or before anything was heard of it
	Blocked    State = "blocked" // the number may not be written to
	Unknown    State = "unknown" // it may or may not have been taken; it is never sent again by itself
)

// Final reports whether a text stays in the state for good.
func (s State) Final() bool { return s == Delivered || s == Failed || s == Expired || s == Blocked }

// Purpose says what a text is for where that decides whether it may be sent.
type Purpose string

// The purposes.
const (
	Confirmation Purpose = "confirmation" // confirms a STOP; it is the one text that may follow it (rules L-4)
	HelpAnswer   Purpose = "help"         // answers HELP, which the person asked for
	Override     Purpose = "override"     // sent by a named operator, for a reason, although the number is closed (rules L-12)
)

// Message is one text to one number.
type Message struct {
	ID         MessageID
	TenantID   access.TenantID
	ProfileID  ProfileID
	EventID    EventID          // zero unless an event sent it
	SubjectID  access.AccountID // on whose behalf it was sent; zero for an operator
	ActorID    access.AccountID // who really sent it
	CustomerID int64            // zero: none
	Purpose    Purpose          // empty for an ordinary text
	ObeysList  bool             // the list kept through the API applies to it, not only the person's own word
	To         string           // the number in E.164, +18504700000
	ToShown    string           // the number as it was received
	Text       string
	Coding     Coding
	Parts      int // how many parts the network carries it in
	State      State
	Reason     string // why it is in its state, for people; may be empty
	Repeats    int    // how many of the same kind came before it within the window of the duplicate shield
	AcceptedAt time.Time
	ExpiresAt  time.Time // it is not submitted after that
	NextTryAt  time.Time // no try before that; zero while it doesn't wait for one
	SettleAt   time.Time // when waiting for something better ends; zero: its state is for good
	Tries      int
	ClaimedAt  time.Time // when a dispatcher took it up last; zero when none has
	ClaimedBy  string    // the dispatcher's name
	ChangedAt  time.Time // when State changed last
}

// Coding is how the letters of a text are coded on the network (rules P-7).
type Coding string

// The codings.
const (
	GSM7 Coding = "gsm7"
	UCS2 Coding = "ucs2"
)

// Profile is a sender of texts: a tenant's number with the gateway that carries its texts.
type Profile struct {
	ID       ProfileID
	TenantID access.TenantID
	From     string // in E.164, a short code, or letters; kept as given
	Gateway  string // the gateway's name in the gateways file, or "inbox"
	// Rate is the most it may send, in thousandths of a part per second; zero: no limit (rules P-5).
	Rate        int64
	PartsPerDay int64 // zero: no limit (rules P-6)
	MostParts   int   // a text of more parts is refused, never cut (rules P-9)
	Default     bool  // of several profiles of a tenant, the one that is taken when none is named
	CreatedAt   time.Time
	DisabledAt  time.Time // zero while active
}

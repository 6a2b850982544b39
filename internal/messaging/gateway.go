package messaging

import (
	"context"
	"time"
)

// Gateway carries texts to the network. Implementations are in package smsgateway; each is safe for several callers.
type Gateway interface {
	// Traits say how the gateway is to be used. They don't change.
	Traits() Traits
	// Submit hands one part over, or a whole text where Traits.Whole says so, and waits for the answer as long as ctx
	// allows. It never sends a part twice by itself. Whatever happens comes out as a Result: when it isn't certain that
	// the gateway did not take the part, the result is InDoubt.
	Submit(ctx context.Context, part Part) Result
	// Run keeps the gateway connected and hands what it hears to the listener, until ctx ends. A gateway that has
	// nothing to keep returns nil at once. While it isn't connected, Submit gives NotSent with a pause.
	Run(ctx context.Context, heard Listener) error
	// Check says in words whether the gateway can be reached and lets this installation in; nil when it does. Nothing is
	// sent. It is for `latchkey gateway test`.
	Check(ctx context.Context) error
}

// Traits say how a gateway is to be used.
type Traits struct {
	Whole  bool // it takes whole texts and splits them itself
	Window int  // how many parts may be under way at once, at least one
	// Receipts is true when it tells what became of a text. Without receipts, submitted is the last that is heard.
	Receipts bool
}

// Part is what travels to a gateway at once.
type Part struct {
	Message    MessageID
	Number, Of int // 1 of 1 for a whole text
	From, To   string
	Text       string // this part's letters
	Coding     Coding
	// UserData is this part's letters as the network carries them, with its header in Header: GSM 7-bit septets, one per
	// byte, or UCS-2 in big-endian order.
	UserData  []byte
	Header    []byte // the user data header that ties the parts together; empty for a single part
	ExpiresAt time.Time
}

// Verdict says what became of a part at the gateway.
type Verdict string

// The verdicts.
const (
	Taken   Verdict = "taken"    // the gateway has it
	Refused Verdict = "refused"  // the gateway will never take it
	NotSent Verdict = "not sent" // the gateway certainly doesn't have it; it may be tried again
	InDoubt Verdict = "in doubt" // the gateway may or may not have it
)

// Result is what became of one Submit.
type Result struct {
	Verdict    Verdict
	ProviderID string        // the gateway's id of the part, when Taken; may be empty
	Reason     string        // for people; holds no text and no number
	Pause      time.Duration // with NotSent: the gateway asks everybody to wait so long (rules P-4); zero: no wish
	Throttled  bool          // with NotSent: because of the rate or a full queue
}

// Listener is told what a gateway hears. An error means that it was not kept: the gateway asks its peer to say it again.
type Listener interface {
	// Reported takes a delivery receipt.
	Reported(ctx context.Context, r Report) error
	// Received takes a text from a person.
	Received(ctx context.Context, in Inbound) error
}

// Report is a delivery receipt. It names the text by Message where our id travelled with it, otherwise by ProviderID,
// and for a text in doubt, whose id nobody knows, by numbers and the first letters.
type Report struct {
	Gateway    string // the gateway's name
	Message    MessageID
	Number     int    // the part, when Message is given; zero: the whole text
	ProviderID string // in whichever base the peer writes it (rules P-11)
	State      State  // Submitted (still on its way), Delivered, Failed, Expired or Unknown
	Code       string // the network's error code, when there is one
	From, To   string // as they were on the text: From is ours
	TextStart  string // the first letters, when the receipt repeats them
	At         time.Time
}

// Inbound is a text from a person.
type Inbound struct {
	Gateway    string
	ProviderID string // the gateway's id of it, for telling repeats; may be empty
	From       string // the person's number as the gateway writes it
	To         string // the number it was sent to: a profile's From
	Text       string
	At         time.Time
}

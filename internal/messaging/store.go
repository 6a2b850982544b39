package messaging

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/optout"
)

// Store keeps texts and all that belongs to them; see access.Store for what the methods promise.
type Store interface {
	View(ctx context.Context, read func(Records) error) error
	Update(ctx context.Context, write func(Tx) error) error
	Subscribe(f func(access.Change))
	// Shared reports whether other processes may change the store too.
	Shared() bool
}

// Records is what can be read. A missing record is a problem of its own code, never a zero value.
type Records interface {
	optout.Records

	Profile(ctx context.Context, id ProfileID) (Profile, error)
	// Profiles lists profiles in order of id.
	Profiles(ctx context.Context, filter ProfileFilter) ([]Profile, error)

	Message(ctx context.Context, id MessageID) (Message, error)
	// Messages lists texts in order of id.
	Messages(ctx context.Context, filter MessageFilter) ([]Message, error)
	// MessageParts lists what became of the parts of a text that a gateway answered for, in order.
	MessageParts(ctx context.Context, id MessageID) ([]PartRecord, error)
	// PartsByProvider lists the parts with a gateway's id of them, in the form of ProviderKey.
	PartsByProvider(ctx context.Context, gateway, key string) ([]PartRecord, error)
	// LastRepeat gives the text that a digest of the duplicate shield stands for; NoSuchMessage when there is none.
	LastRepeat(ctx context.Context, digest access.Digest) (MessageID, error)
	// Pending lists, for the active profiles of a gateway for which texts wait, when the first may be sent.
	// Those of a disabled tenant, or of one below it, send nothing.
	Pending(ctx context.Context, gateway string) ([]Pending, error)
	// Stranded lists, in order of id, the active profiles whose gateway has none of the names.
	Stranded(ctx context.Context, gateways []string) ([]Stranded, error)

	Event(ctx context.Context, id EventID) (Event, error)
	// EventByName finds an active event; names are compared by access.Fold.
	EventByName(ctx context.Context, tenant access.TenantID, name string) (Event, error)
	// Events lists events in order of id.
	Events(ctx context.Context, filter EventFilter) ([]Event, error)

	// Inbounds lists texts of persons in order of id.
	Inbounds(ctx context.Context, filter InboundFilter) ([]InboundText, error)
	// WaitingReports lists receipts whose text isn't known yet, in order of their arrival.
	WaitingReports(ctx context.Context, limit int) ([]WaitingReport, error)
	// CustomerExists reports whether a tenant has a customer.
	CustomerExists(ctx context.Context, tenant access.TenantID, id int64) (bool, error)
	// AnnouncementsWait reports whether there is an announcement.
	AnnouncementsWait(ctx context.Context) (bool, error)
}

// Tx is a transaction: what can be read, and what can be written.
type Tx interface {
	Records
	optout.Tx

	// AnnounceQueue tells the dispatchers of every process that texts wait.
	AnnounceQueue()
	// LockTenant makes every other transaction that locks the same tenant wait until this one ends.
	LockTenant(ctx context.Context, id access.TenantID) error

	// InsertProfile adds a profile; AlreadyExists when an active one of the tenant has the number or is the default.
	InsertProfile(ctx context.Context, p Profile) (ProfileID, error)
	// UpdateProfile writes every field but ID, TenantID and CreatedAt; AlreadyExists as InsertProfile.
	UpdateProfile(ctx context.Context, p Profile) error
	// ClearDefault takes the default from the profiles of a tenant.
	ClearDefault(ctx context.Context, tenant access.TenantID) error

	// InsertMessage adds a text in one guarded statement: false when its profile is disabled, or when the number is closed
	// to it and Purpose is empty.
	InsertMessage(ctx context.Context, m Message) (MessageID, bool, error)
	// InsertBlocked adds a text that is not to be sent.
	InsertBlocked(ctx context.Context, m Message) (MessageID, error)
	// TakeRepeat notes a text under its digest in one guarded statement, and gives how many of the same came before it
	// since the given time. With only it notes nothing and gives false when there was one.
	TakeRepeat(ctx context.Context, r Repeat) (before int, taken bool, err error)
	// MarkRepeat writes Repeats.
	MarkRepeat(ctx context.Context, id MessageID, repeats int) error
	// DeleteRepeats removes at most limit notes of before the given time.
	DeleteRepeats(ctx context.Context, before time.Time, limit int) (int64, error)

	// ClaimMessages takes up at most Limit texts of a profile that are due, in one guarded statement: no text is ever taken
	// up by two. A text whose number is closed by now becomes Blocked instead, and is returned, too; so do an answer to HELP
	// whose number was closed since, and a confirmation whose number is open again.
	ClaimMessages(ctx context.Context, c Claim) ([]Message, error)
	// LockPace gives when a profile may send again and makes every other transaction that locks it wait until this one ends.
	LockPace(ctx context.Context, id ProfileID) (Pace, error)
	SetPace(ctx context.Context, p Pace) error

	// LockMessage reads a text and makes every other transaction that locks it wait until this one ends.
	LockMessage(ctx context.Context, id MessageID) (Message, error)
	// MoveMessage writes State, Reason, NextTryAt, SettleAt and ChangedAt of a text that is locked.
	MoveMessage(ctx context.Context, m Message) error
	// PutPart adds or replaces what became of a part.
	PutPart(ctx context.Context, p PartRecord) error

	// SeeDispatcher notes a sign of life of a dispatcher.
	SeeDispatcher(ctx context.Context, name string, at time.Time) error
	// ForgetDispatchers removes one that has ended in good order, and those that gave no sign of life since the given time.
	ForgetDispatchers(ctx context.Context, name string, before time.Time) error
	// AbandonedMessages locks and lists at most limit texts that are being submitted by dispatchers other than the named
	// one that gave no sign of life since the given time.
	AbandonedMessages(ctx context.Context, except string, since time.Time, limit int) ([]Message, error)
	// SettleMessages ends the waiting of at most limit texts whose SettleAt has come, and returns how many.
	// Of those that were not submitted, the ones whose profile's gateway has none of the names say so as their reason.
	SettleMessages(ctx context.Context, at time.Time, gateways []string, limit int) (int64, error)
	// DoubtfulTo locks and lists the texts to a number that are in doubt or being submitted, in order of id.
	DoubtfulTo(ctx context.Context, number string) ([]Message, error)

	InsertEvent(ctx context.Context, e Event) (EventID, error)
	// DisableEvent disables an active event; false when it was disabled.
	DisableEvent(ctx context.Context, id EventID, at time.Time) (bool, error)

	// InsertInbound adds a text of a person; false when the tenant has it already: the gateway's id, who wrote it and what it
	// says are the same.
	InsertInbound(ctx context.Context, in InboundText) (int64, bool, error)
	// ReviewInbound marks a text of the review queue as read; false when it was, or isn't in the queue.
	ReviewInbound(ctx context.Context, id int64, by string, at time.Time) (bool, error)

	InsertReport(ctx context.Context, r WaitingReport) error
	// DeleteReport removes a receipt that waits; false when another removed it.
	DeleteReport(ctx context.Context, id int64) (bool, error)

	// TakeAnnouncements removes at most limit announcements in one guarded statement and gives them, the oldest first: each
	// is given to one transaction only.
	TakeAnnouncements(ctx context.Context, limit int) ([]access.Announcement, error)
}

// ProfileFilter narrows a list of profiles; zero fields don't narrow.
type ProfileFilter struct {
	Tenant  access.TenantID
	Gateway string
	FromKey string // in the form in which numbers are compared
	Active  bool
	Page    access.Page
}

// MessageFilter narrows a list of texts; zero fields don't narrow.
type MessageFilter struct {
	Tenant  access.TenantID
	Profile ProfileID
	State   State
	To      string // in E.164
	Event   EventID
	Since   time.Time // accepted then or later
	Newest  bool      // the newest first; Page.After is not for such a list
	Page    access.Page
}

// EventFilter narrows a list of events; zero fields don't narrow.
type EventFilter struct {
	Tenant  access.TenantID
	Trigger string
	Active  bool
	Page    access.Page
}

// InboundFilter narrows a list of texts of persons; zero fields don't narrow.
type InboundFilter struct {
	Tenant access.TenantID
	From   string
	Review bool // only those that somebody has still to read
	Page   access.Page
}

// PartRecord is what became of a part of a text.
type PartRecord struct {
	Message    MessageID
	Number     int // of the part, from 1
	State      State
	Gateway    string
	ProviderID string
	Code       string // the network's error code
	ChangedAt  time.Time
}

// Pending is a profile for which texts wait.
type Pending struct {
	Profile Profile
	At      time.Time // when the first of them may be sent
}

// Stranded is a profile whose gateway is not set up.
type Stranded struct {
	Profile Profile
	Texts   int64 // how many wait for it
}

// Pace is how far a profile has used its rate.
type Pace struct {
	Profile ProfileID
	NextAt  time.Time // its next part may go then
	Day     time.Time // when the day began on which Parts were sent
	Parts   int64
}

// Claim asks for texts to be sent.
type Claim struct {
	Profile    ProfileID
	By         string // the dispatcher
	At         time.Time
	Limit      int
	MostParts  int64 // only texts of at most so many parts
	ListForAll bool  // the list kept through the API applies to every text
}

// Repeat is a text as the duplicate shield sees it.
type Repeat struct {
	Digest  access.Digest
	Message MessageID
	At      time.Time
	Since   time.Time // older ones don't count
	Only    bool      // it may be the only one since then
}

// WaitingReport is a receipt whose text isn't known yet.
type WaitingReport struct {
	ID         int64
	Report     Report // without Message
	ReceivedAt time.Time
}

package access

import (
	"time"

	"latchkey/internal/throttle"
)

// Settings are what an operator may choose about access. DefaultSettings gives the values that rules.md names.
type Settings struct {
	SessionIdle   time.Duration // idle limit of a session whose account sets none (rules N-5)
	SessionLife   time.Duration // total life of a session (rules N-5)
	FreshKeyLife  time.Duration // how long the key of a Credentials call waits for its first use (design §6)
	Remember      time.Duration // how long verified credentials are remembered; zero: never
	Recheck       time.Duration // how long memory is trusted without asking a shared store again
	Impersonation bool          // off: nobody may act as another (rules G-4)
	GrantLife     time.Duration // longest life of a grant; zero: no limit (rules C-3)
	Throttle      throttle.Settings
	// Version4Tokens gives the session tokens of Intelliview the marks of a version 4 GUID (rules C-1).
	Version4Tokens bool
	LoginTokenLife time.Duration // how long a login token can be redeemed; LongestLoginTokenLife at most (rules N-14)
	WebIdle        time.Duration // idle limit of a web session (rules N-5)
	WebLife        time.Duration // total life of a web session (rules N-5)
	WebSessions    int           // how many web sessions an account may have; the one unused for longest makes room (rules N-6)
	FreshLogin     time.Duration // how recent a web session's login has to be for a sensitive change (rules N-11)
	Retention      time.Duration // how long ended sessions and login tokens are kept; zero: for ever
	AuditLife      time.Duration // how long audit rows are kept; zero: for ever
	// RememberedSessions bounds how many sessions are held in memory.
	RememberedSessions int
}

// Limits of what an account may set for itself.
const (
	LongestSessionIdle = 24 * time.Hour
	// LongestLoginTokenLife is the most that rules N-14 allow.
	LongestLoginTokenLife = 10 * time.Minute
	// evictionGrace protects a session in use from making room for another (rules N-6).
	evictionGrace = 15 * time.Minute
)

// DefaultSettings gives the settings of a fresh installation.
func DefaultSettings() Settings {
	return Settings{
		SessionIdle:   30 * time.Minute,
		SessionLife:   30 * 24 * time.Hour,
		FreshKeyLife:  30 * time.Minute,
		Remember:      5 * time.Minute,
		Recheck:       5 * time.Second,
		Impersonation: true,
		Throttle: throttle.Settings{
			FreeTries: 5, FirstWait: 30 * time.Second, LongestWait: time.Hour, AddressTries: 100,
		},
		LoginTokenLife:     5 * time.Minute,
		WebIdle:            30 * time.Minute,
		WebLife:            12 * time.Hour,
		WebSessions:        100,
		FreshLogin:         15 * time.Minute,
		Retention:          30 * 24 * time.Hour,
		RememberedSessions: 200_000,
	}
}

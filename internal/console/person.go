package console

import (
	"net/netip"
	"strconv"
	"strings"

	"latchkey/internal/access"
)

// people are accounts that a page names.
type people struct {
	me    access.AccountID
	known map[access.AccountID]access.Standing
}

func (x *exchange) people(ids ...access.AccountID) (people, error) {
	known, err := x.Access.Accounts.Named(x.ctx(), ids...)
	return people{me: x.caller.Actor.Account.ID, known: known}, err
}

// of gives what to call an account: you, the person's name, or what is left of it.
func (p people) of(id access.AccountID) string {
	switch standing, found := p.known[id]; {
	case id == p.me:
		return "you"
	case found:
		return called(standing.Account)
	default:
		return "account " + decimal(id)
	}
}

// account gives an account's own name, where that is not what it is called.
func (p people) account(id access.AccountID) string {
	if name := p.known[id].Account.Name; name != p.of(id) {
		return name
	}
	return ""
}

// address tells where something came from.
func address(peer netip.Addr) string {
	if !peer.IsValid() {
		return "no address"
	}
	return peer.String()
}

// isolate keeps a name that stands in a sentence from turning the rest of it round (Unicode UAX 9). Templates do it with
// bdi.
func isolate(name string) string {
	const firstStrongIsolate, popIsolate = "\u2068", "\u2069"
	const firstOfTheRight = 0x0590 // below are scripts that run from left to right only
	if strings.IndexFunc(name, func(r rune) bool { return r >= firstOfTheRight }) < 0 {
		return name
	}
	isBidiControl := func(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }
	kept := strings.Map(func(r rune) rune {
		if isBidiControl(r) {
			return -1
		}
		return r
	}, name)
	return firstStrongIsolate + kept + popIsolate
}

func decimal[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

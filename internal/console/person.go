package console

import (
	"net/netip"
	"strconv"

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

func decimal[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

package api

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// loginTokens declares what host applications do with login tokens.
func (a *API) loginTokens() {
	const path = Path + "login-tokens"
	a.group("Login tokens", "A login token is a one-time secret that signs one account in, once: at its door, or at a portal "+
		"of your own that redeems it here. All of this takes a role with the permission `issue_logins`, and reaches the accounts "+
		"of the caller's own tenant and of those below it; every other account and token answers as if it were not there.")
	define(a, operation{
		id: "issueLoginToken", method: http.MethodPost, path: path, status: http.StatusCreated,
		summary: "Issue a login token for an account",
		doc: "Name the account by `account`, or by `login_name` and `kind`. Send the user's browser to `url`, or give `token` to " +
			"a portal of your own. It is shown here and never again. An account that is disabled answers as if it were not there.",
		sample:  loginTokenOrder{LoginName: "ann@lakeside.example", Kind: "backup_account"},
		answers: "The token, good until `expires_at`.",
		refuses: []problem.Code{problem.NoSuchAccount},
	}, a.issueLoginToken)
	define(a, operation{
		id: "redeemLoginToken", method: http.MethodPost, path: path + "/redeem", status: http.StatusOK,
		summary: "Redeem a login token at a portal of your own",
		doc: "Spends the token and says who it was for: of any number of calls for one token exactly one succeeds. No session " +
			"is opened here; the portal signs the user in itself. Ask for a click first: programs that look at links in mail open " +
			"them too.",
		sample:  loginTokenOffer{Token: "lkt_17_EXAMPLE"},
		answers: "Who the token was for.",
		refuses: []problem.Code{
			problem.NoSuchLoginToken, problem.LoginTokenUsed, problem.LoginTokenExpired, problem.LoginTokenWithdrawn,
		},
	}, a.redeemLoginToken)
	define(a, operation{
		id: "showLoginToken", method: http.MethodGet, path: path + "/{id}", status: http.StatusOK,
		summary: "Ask what became of a login token",
		answers: "Whether it was used, when and from where, and who looked at it before.",
		refuses: []problem.Code{problem.NoSuchLoginToken},
	}, a.showLoginToken)
	define(a, operation{
		id: "withdrawLoginToken", method: http.MethodDelete, path: path + "/{id}", status: http.StatusNoContent,
		summary: "Withdraw a login token that is not used yet",
		doc:     "A token that was used or withdrawn before is refused with `invalid_input`.",
		answers: "The token opens nothing any more.",
		refuses: []problem.Code{problem.NoSuchLoginToken},
	}, a.withdrawLoginToken)
}

// doorPages holds where the browser goes with a token.
var doorPages = map[access.Door]string{
	access.MyAccount:        "/MyAccount/SignIn",
	access.PartnerDashboard: "/PartnerDashboard/SignIn",
}

type issueLoginTokenRequest struct {
	call
	Body loginTokenOrder
}

type loginTokenOrder struct {
	_ closed `additionalProperties:"false"`

	Account   int64      `json:"account,omitempty" minimum:"1" example:"1042" doc:"The account's id."`
	LoginName string     `json:"login_name,omitempty" minLength:"1" dependentRequired:"kind" example:"ann@lakeside.example" doc:"The account's login name, which is unique over the installation among accounts of its kind."`
	Kind      string     `json:"kind,omitempty" enum:"user,dashboard_user,backup_account" dependentRequired:"login_name" example:"backup_account" doc:"What the account is."`
	OnlyFrom  netip.Addr `json:"only_from,omitzero" example:"203.0.113.7" doc:"The one address from which the token may be redeemed at its door; from anywhere when absent."`
}

type issueLoginTokenResponse struct {
	Location string `header:"Location" example:"/api/v1/login-tokens/17" doc:"Where to ask what became of it."`
	Body     issuedLoginToken
}

type issuedLoginToken struct {
	ID        int64     `json:"id" example:"17" doc:"Names the token; no secret."`
	Token     string    `json:"token" example:"lkt_17_EXAMPLE" doc:"The secret itself."`
	Door      string    `json:"door" enum:"myaccount,dashboard" example:"myaccount" doc:"The page where it can be redeemed: the Partner Dashboard for a dashboard user, MyAccount for everybody else."`
	URL       string    `json:"url" format:"uri" example:"https://latchkey.example/MyAccount/SignIn?token=lkt_17_EXAMPLE" doc:"Where to send the user's browser."`
	ExpiresAt time.Time `json:"expires_at" example:"2026-06-01T12:05:00Z" doc:"From then on it opens nothing."`
}

func (a *API) issueLoginToken(ctx context.Context, caller access.Caller, in *issueLoginTokenRequest) (*issueLoginTokenResponse, error) {
	order := in.Body
	if (order.Account == 0) == (order.LoginName == "") {
		return nil, problem.New(problem.InvalidInput, "Name the account by its id or by login_name and kind, one of them.")
	}
	token, secret, err := a.deps.Access.LoginTokens.Issue(ctx, caller, access.LoginTokenFor{
		Account: access.AccountID(order.Account), LoginName: order.LoginName, Kind: access.AccountKind(order.Kind),
		OnlyFrom: order.OnlyFrom,
	})
	if err != nil {
		return nil, err
	}
	number := strconv.FormatInt(int64(token.ID), 10)
	return &issueLoginTokenResponse{
		Location: Path + "login-tokens/" + number,
		Body: issuedLoginToken{
			ID: int64(token.ID), Token: secret.Reveal(), Door: string(token.Door), ExpiresAt: token.ExpiresAt.UTC(),
			URL: in.baseURL() + doorPages[token.Door] + "?token=" + secret.Reveal(),
		},
	}, nil
}

type redeemLoginTokenRequest struct {
	call
	Body loginTokenOffer
}

type loginTokenOffer struct {
	_ closed `additionalProperties:"false"`

	Token string `json:"token" example:"lkt_17_EXAMPLE" doc:"The secret, as the user's browser brought it."`
}

type redeemLoginTokenResponse struct{ Body redeemedLoginToken }

type redeemedLoginToken struct {
	ID       int64        `json:"id" example:"17" doc:"Names the token."`
	Account  shownAccount `json:"account" doc:"Who is to be signed in."`
	Tenant   shownTenant  `json:"tenant" doc:"The account's tenant."`
	Door     string       `json:"door" enum:"myaccount,dashboard" example:"myaccount" doc:"The page that the token was for."`
	Issuer   int64        `json:"issuer" example:"1001" doc:"The id of the account that asked for the token."`
	OnlyFrom *netip.Addr  `json:"only_from,omitempty" example:"203.0.113.7" doc:"The one address that the token was for, when there is one. Here nobody but your portal can compare it with the browser's."`
}

type shownAccount struct {
	ID        int64        `json:"id" example:"1042" doc:"The account's id."`
	Name      string       `json:"name" example:"ann" doc:"Its name within the tenant."`
	LoginName string       `json:"login_name,omitempty" example:"ann@lakeside.example" doc:"Its name that is unique over the installation, when it has one."`
	Kind      string       `json:"kind" enum:"user,dashboard_user,backup_account" example:"backup_account" doc:"What it is."`
	Status    string       `json:"status" enum:"active,inactive,suspended,locked,cancelled,expired" example:"active" doc:"Whether it is active, and if not why."`
	Person    *shownPerson `json:"person,omitempty" doc:"Who stands behind it, as far as that is known."`
}

type shownPerson struct {
	FirstName  string `json:"first_name,omitempty" example:"Ann" doc:"The first name."`
	LastName   string `json:"last_name,omitempty" example:"Weaver" doc:"The last name."`
	Email      string `json:"email,omitempty" example:"ann@lakeside.example" doc:"The mail address."`
	Phone      string `json:"phone,omitempty" example:"+1 555 0100" doc:"The telephone number."`
	Department string `json:"department,omitempty" example:"Accounts" doc:"The department."`
}

type shownTenant struct {
	ID   int64  `json:"id" example:"3" doc:"The tenant's id."`
	Code string `json:"code" example:"LAKESIDE" doc:"Its code."`
	Name string `json:"name" example:"Lakeside Telecom" doc:"Its name."`
}

func (a *API) redeemLoginToken(ctx context.Context, caller access.Caller, in *redeemLoginTokenRequest) (*redeemLoginTokenResponse, error) {
	token, who, err := a.deps.Access.LoginTokens.Claim(ctx, caller, access.Secret(in.Body.Token))
	if err != nil {
		return nil, err
	}
	return &redeemLoginTokenResponse{redeemedLoginToken{
		ID: int64(token.ID), Account: showAccount(who.Account), Door: string(token.Door), Issuer: int64(token.IssuerID),
		Tenant:   shownTenant{ID: int64(who.Tenant.ID), Code: who.Tenant.Code, Name: who.Tenant.Name},
		OnlyFrom: address(token.OnlyFrom),
	}}, nil
}

func showAccount(account access.Account) shownAccount {
	shown := shownAccount{
		ID: int64(account.ID), Name: account.Name, LoginName: account.LoginName, Kind: string(account.Kind),
		Status: string(account.Status()),
	}
	if account.Person != (access.Person{}) {
		person := shownPerson(account.Person)
		shown.Person = &person
	}
	return shown
}

type loginTokenRequest struct {
	call
	ID string `path:"id" example:"17" doc:"The token's id. It is not the token."`
}

// token gives the id. A text that is none names no token.
func (in *loginTokenRequest) token() (access.LoginTokenID, error) {
	id, err := strconv.ParseInt(in.ID, 10, 64)
	if err != nil {
		return 0, problem.New(problem.NoSuchLoginToken, "")
	}
	return access.LoginTokenID(id), nil
}

type showLoginTokenResponse struct{ Body loginTokenState }

type loginTokenState struct {
	ID           int64       `json:"id" example:"17" doc:"Names the token."`
	State        string      `json:"state" enum:"open,used,withdrawn,expired" example:"used" doc:"What it is good for: only one that is open can still be redeemed."`
	Door         string      `json:"door" enum:"myaccount,dashboard" example:"myaccount" doc:"The page where it can be redeemed."`
	Account      int64       `json:"account" example:"1042" doc:"The id of the account that it is for."`
	Issuer       int64       `json:"issuer" example:"1001" doc:"The id of the account that asked for it."`
	OnlyFrom     *netip.Addr `json:"only_from,omitempty" example:"203.0.113.7" doc:"The one address from which it may be redeemed, when there is one."`
	CreatedAt    time.Time   `json:"created_at" example:"2026-06-01T12:00:00Z" doc:"When it was issued."`
	ExpiresAt    time.Time   `json:"expires_at" example:"2026-06-01T12:05:00Z" doc:"From then on it opens nothing."`
	RedeemedAt   *time.Time  `json:"redeemed_at,omitempty" example:"2026-06-01T12:01:30Z" doc:"When it was used."`
	RedeemedFrom *netip.Addr `json:"redeemed_from,omitempty" example:"198.51.100.9" doc:"The address from which it was used."`
	RedeemedBy   int64       `json:"redeemed_by,omitempty" example:"1001" doc:"The id of the account that redeemed it here, for a portal of its own; absent when a browser did, at the door."`
	WithdrawnAt  *time.Time  `json:"withdrawn_at,omitempty" example:"2026-06-01T12:01:30Z" doc:"When it was withdrawn."`
	Opened       int         `json:"opened" example:"1" doc:"How often a browser opened its page."`
	Scanned      int         `json:"scanned" example:"2" doc:"How often a scanner, a preview or a prefetch looked at its page."`
}

func (a *API) showLoginToken(ctx context.Context, caller access.Caller, in *loginTokenRequest) (*showLoginTokenResponse, error) {
	id, err := in.token()
	if err != nil {
		return nil, err
	}
	token, err := a.deps.Access.LoginTokens.Seen(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	return &showLoginTokenResponse{loginTokenState{
		ID: int64(token.ID), State: string(token.State(a.deps.Now())), Door: string(token.Door),
		Account: int64(token.AccountID), Issuer: int64(token.IssuerID), OnlyFrom: address(token.OnlyFrom),
		CreatedAt: token.CreatedAt.UTC(), ExpiresAt: token.ExpiresAt.UTC(),
		RedeemedAt: moment(token.RedeemedAt), RedeemedFrom: address(token.RedeemedFrom), RedeemedBy: int64(token.RedeemedBy),
		WithdrawnAt: moment(token.WithdrawnAt), Opened: token.Opened, Scanned: token.Scanned,
	}}, nil
}

func (a *API) withdrawLoginToken(ctx context.Context, caller access.Caller, in *loginTokenRequest) (*struct{}, error) {
	id, err := in.token()
	if err != nil {
		return nil, err
	}
	return &struct{}{}, a.deps.Access.LoginTokens.WithdrawFor(ctx, caller, id)
}

// moment gives a time for an answer; nil, so that it is left out, for none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// address gives an address for an answer; nil, so that it is left out, for none.
func address(a netip.Addr) *netip.Addr {
	if !a.IsValid() {
		return nil
	}
	return &a
}

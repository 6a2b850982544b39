package revio

import "strings"

// baseRequest is what every request begins with (contract.yaml request_first). Two blocks of a kind are malformed
// (rules X-6).
type baseRequest struct {
	Credentials *credentialAuthentication `soap:"Credentials,once"`
	Session     *sessionKeyAuthentication `soap:"Session,once"`
	Debug       *bool                     `soap:"Debug,optional"`
}

// credentialAuthentication is a login (seed 001).
type credentialAuthentication struct {
	Username         string
	Password         string
	Client           string
	ImpersonationKey string
}

// sessionKeyAuthentication is a session key (seed 001).
type sessionKeyAuthentication struct {
	SessionKey string
}

// baseResponse is what every result begins with (contract.yaml response_first); Req is the operation's request, which
// Debug gives back as understood.
type baseResponse[Req any] struct {
	Header *baseResponseHeader
	Debug  *debug[Req]
}

// baseResponseHeader says how a call went, in the order of the original (rules V-3).
type baseResponseHeader struct {
	Success          bool
	Message          string
	SessionKey       string
	Impersonated     *bool
	ErrorCode        string `soap:"Error_Code"`
	ErrorDescription string `soap:"Error_Description"`
}

// debug gives back a request as understood.
type debug[Req any] struct {
	Request *Req
}

// request is any operation's request: a struct that begins with baseRequest.
type request interface {
	base() *baseRequest
}

// response is any operation's result: a struct that begins with baseResponse.
type response interface {
	setHeader(baseResponseHeader)
	echo(request any)
}

func (r *baseRequest) base() *baseRequest { return r }

// wantsDebug reports whether the request asks to be given back.
func (r *baseRequest) wantsDebug() bool { return r.Debug != nil && *r.Debug }

// mask replaces every secret by as many asterisks (rules C-6), in copies: the request itself stays as it is.
func (r *baseRequest) mask() {
	if r.Credentials != nil {
		masked := *r.Credentials
		masked.Password, masked.ImpersonationKey = stars(masked.Password), stars(masked.ImpersonationKey)
		r.Credentials = &masked
	}
	if r.Session != nil {
		r.Session = &sessionKeyAuthentication{SessionKey: stars(r.Session.SessionKey)}
	}
}

func stars(secret string) string { return strings.Repeat("*", len([]rune(secret))) }

func (r *baseResponse[Req]) setHeader(h baseResponseHeader) { r.Header = &h }

// echo gives the request back with its secrets masked.
func (r *baseResponse[Req]) echo(req any) {
	understood := *req.(*Req)
	any(&understood).(request).base().mask()
	r.Debug = &debug[Req]{Request: &understood}
}

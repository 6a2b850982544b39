package api

import (
	"net/http"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// realm is what a refused login asks for; a program may write names and passwords in UTF-8 (RFC 7617).
const realm = `Basic realm="Latchkey", charset="UTF-8"`

// admit turns the Basic credentials of a request into a caller. Whatever is wrong with them, or that there are none, is
// BadLogin; PermissionDenied: the role doesn't allow use of an API.
func (a *API) admit(r *http.Request) (access.Caller, error) {
	user, password, given := r.BasicAuth()
	credentials, complete := credentialsOf(user, password)
	if !given || !complete {
		return access.Caller{}, problem.New(problem.BadLogin, "")
	}
	return a.deps.Access.Gate.Prove(r.Context(), access.Entry{Door: access.JSON, Peer: a.deps.Peer(r)}, credentials)
}

// credentialsOf reads a user name: TENANT/name, or a login name alone, which is unique over the installation. False when
// a part is missing.
func credentialsOf(user, password string) (access.Credentials, bool) {
	tenant, name, both := strings.Cut(user, "/")
	if !both {
		tenant, name = "", user
	}
	complete := name != "" && password != "" && (tenant != "" || !both)
	return access.Credentials{Tenant: tenant, Name: name, Password: access.Secret(password)}, complete
}

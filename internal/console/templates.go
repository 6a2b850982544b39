package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// What tests, style sheets and other people's scripts may rely on in the pages:
//
//	body[data-page]      sign-in, redeem, token-used, token-expired, token-withdrawn, token-unknown, token-wrong-door,
//	                     token-early, plain-http, confirm, not-found, wrong-method, refused, impossible, elsewhere,
//	                     unreadable, incident; myaccount-overview, -sessions, -grants, -grant-given, -activity, -password;
//	                     dashboard-overview, -accounts, -account, -link-issued; own-account
//	form#redeem          with button#sign-in, on the page "redeem"
//	form#forget-link     there too, for whom the link is not
//	form#password-sign-in with inputs tenant, name, password, on the page "sign-in"
//	form#confirm         with the input password
//	form#sign-out        on every page of somebody signed in
//	form#end-others      on the page of sessions, where there are several
//	form#give-grant      with inputs receiver, how (withdrawn, time), until; the key is #grant-key
//	form#change-password with inputs current, next, repeat
//	form#filter          with inputs text, tenant, reach, kind, status
//	form#issue-link, form#disable (status), form#enable on an account's page; the link is #login-link
//	tr[data-session], tr[data-grant], tr[data-received], tr[data-account], tr[data-login-token]
//	                     carry ids; their buttons say End or Withdraw
//	[role=status], [role=alert] hold what was done, and what went wrong; .error what is wrong with a field
//	a.own                from the Partner Dashboard to the own account
//	nav a                Overview, Sessions, Grants, Activity, Password; Organisations, Accounts

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/style.css static/icon.svg
var staticFiles embed.FS

// templates holds every page's template, by the name of its file.
type templates map[string]*template.Template

// partials are the files that several pages are made of.
var partials = [...]string{"templates/layout.html", "templates/sessions.html"}

func readTemplates() (templates, error) {
	shared, err := template.New("").ParseFS(templateFiles, partials[:]...)
	if err != nil {
		return nil, fmt.Errorf("read the templates: %w", err)
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("list the templates: %w", err)
	}
	all := templates{}
	for _, name := range names {
		one, err := template.Must(shared.Clone()).ParseFS(templateFiles, name)
		if err != nil {
			return nil, fmt.Errorf("read the template %s: %w", name, err)
		}
		all[strings.TrimSuffix(path.Base(name), ".html")] = one
	}
	return all, nil
}

// write writes a page.
func (t templates) write(w io.Writer, name string, f frame) error {
	one, found := t[name]
	if !found {
		return fmt.Errorf("there is no template %s", name)
	}
	if err := one.ExecuteTemplate(w, "layout", f); err != nil {
		return fmt.Errorf("write the page %s: %w", f.Name, err)
	}
	return nil
}

// files are the style sheet and the icon. Their addresses hold a digest of what is in them, so that browsers may keep
// them for ever.
type files struct {
	style, icon string
	handlers    map[string]http.Handler
}

func (f files) at(address string) (http.Handler, bool) {
	handler, found := f.handlers[address]
	return handler, found
}

func readFiles() (files, error) {
	f := files{handlers: map[string]http.Handler{}}
	for _, one := range []struct {
		address        *string
		file, ext, typ string
	}{{&f.style, "static/style.css", ".css", "text/css; charset=utf-8"}, {&f.icon, "static/icon.svg", ".svg", "image/svg+xml"}} {
		text, err := staticFiles.ReadFile(one.file)
		if err != nil {
			return files{}, fmt.Errorf("read %s: %w", one.file, err)
		}
		digest := sha256.Sum256(text)
		*one.address = "/static/latchkey-" + hex.EncodeToString(digest[:8]) + one.ext
		f.handlers[*one.address] = file(text, one.typ)
	}
	return f, nil
}

func file(text []byte, typ string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Only GET.", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", typ)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
}

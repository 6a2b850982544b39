package console

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// page is what a handler wants shown.
type page struct {
	Name     string // the page's data-page
	Template string // its file; Name when empty
	Title    string
	Status   int // 200 when zero
	Notice   notice
	Body     any
}

// notice is what a page says at its top.
type notice struct {
	Text  string
	Alarm bool // something went wrong
}

// Role gives the notice's ARIA role.
func (n notice) Role() string {
	if n.Alarm {
		return "alert"
	}
	return "status"
}

func alarm(text string) notice { return notice{Text: text, Alarm: true} }

// frame is a page with all that is around it.
type frame struct {
	page
	Door        *door
	Style, Icon string
	Nav         []navigation
	Who         *signedIn // nil when nobody is
}

// Alarm reports whether the page says that something went wrong.
func (f frame) Alarm() bool { return f.Notice.Alarm }

type navigation struct {
	Path, Title string
	Current     bool
}

// signedIn is who uses the page.
type signedIn struct {
	Called, Tenant, Zone string
	Own                  string // where the own account is, at the door that has no page for it
}

// show sends a page. It is written whole before its status is.
func (x *exchange) show(p page) error {
	if p.Notice == (notice{}) && x.r.Method == http.MethodGet {
		p.Notice = x.said()
	}
	if p.Template == "" {
		p.Template = p.Name
	}
	f := frame{page: p, Door: x.door, Style: x.files.style, Icon: x.files.icon}
	if x.caller.Actor != nil {
		f.Who = &signedIn{
			Called: called(x.caller.Actor.Account), Tenant: x.caller.Actor.Tenant.Name,
			Zone: x.caller.Actor.Tenant.Location().String(), Own: x.ownPath(),
		}
		f.Nav = x.navigation()
	}
	templates, err := x.templates()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := templates.write(&text, p.Template, f); err != nil {
		return err
	}
	x.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	x.w.Header().Set("Content-Length", strconv.Itoa(text.Len()))
	if p.Status != 0 {
		x.outcome.Status = p.Status
		x.w.WriteHeader(p.Status)
	}
	if x.outcome.Code == "" {
		x.outcome.Code = p.code()
	}
	_, _ = x.w.Write(text.Bytes()) // a reader who has gone is nobody's error
	return nil
}

// code names what a page says is wrong where no problem does; empty for a page that says nothing of the kind.
func (p page) code() string {
	switch {
	case p.Status < http.StatusBadRequest:
		return ""
	case p.Template == "message":
		return strings.ReplaceAll(p.Name, "-", "_")
	case p.Status == http.StatusConflict:
		return "stale_form"
	default:
		return string(problem.InvalidInput)
	}
}

func (x *exchange) navigation() []navigation {
	all := make([]navigation, 0, len(x.door.tabs))
	for _, t := range x.door.tabs {
		all = append(all, navigation{Path: x.door.Path + t.path, Title: t.title, Current: x.under(t.path)})
	}
	return all
}

// under reports whether the page belongs to a line of the navigation.
func (x *exchange) under(tab string) bool {
	at := x.route.page
	if at == "" {
		at = x.route.path
	}
	return at == tab || tab != "" && len(at) > len(tab) && at[:len(tab)+1] == tab+"/"
}

// called gives what people call an account: the person's name, or the account's.
func called(a access.Account) string {
	if name := a.Person.FullName(); name != "" {
		return name
	}
	return a.Name
}

// field is an input of a form with its label.
type field struct {
	ID, Label, Hint, Error string
	Type                   string // text when empty
	Value                  string // what was typed; never a password
	Autocomplete           string
	Plain                  bool // no capitals and no spelling wanted
	Required               bool
}

// DescribedBy gives the ids of what explains the field.
func (f field) DescribedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID + "-hint " + f.ID + "-error"
	case f.Hint != "":
		return f.ID + "-hint"
	case f.Error != "":
		return f.ID + "-error"
	default:
		return ""
	}
}

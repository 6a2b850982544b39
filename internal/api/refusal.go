package api

import (
	"context"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"latchkey/internal/problem"
)

// Codes of what goes wrong before the product is asked; they stand beside those of package problem.
const (
	unreadableBody   problem.Code = "unreadable_body"
	noSuchPage       problem.Code = "no_such_page"
	methodNotAllowed problem.Code = "method_not_allowed"
	bodyTooLarge     problem.Code = "body_too_large"
	notJSON          problem.Code = "not_json"
)

// kind is how a problem is answered.
type kind struct {
	status int
	title  string // the same each time
	// tells is set where the sentence that comes with the problem goes to the caller. It doesn't where every case has to
	// look alike.
	tells bool
}

// kinds is the one table from our codes to answers.
var kinds = map[problem.Code]kind{
	unreadableBody:   {http.StatusBadRequest, "The body is not a JSON document.", true},
	noSuchPage:       {http.StatusNotFound, "There is nothing at this address.", true},
	methodNotAllowed: {http.StatusMethodNotAllowed, "There is something at this address, but not for this method; the header Allow says for which.", true},
	bodyTooLarge:     {http.StatusRequestEntityTooLarge, "The body is too large.", true},
	notJSON:          {http.StatusUnsupportedMediaType, "The body is not declared as JSON.", true},

	problem.Internal:            {http.StatusInternalServerError, "Something failed here. The operator finds it in the log by the number of the incident.", false},
	problem.NotConfigured:       {http.StatusServiceUnavailable, "The operator has still to set something up.", false},
	problem.InvalidInput:        {http.StatusUnprocessableEntity, "The request contradicts itself or lacks something.", true},
	problem.BadLogin:            {http.StatusUnauthorized, "The login is wrong, or there is none.", false},
	problem.UnknownSession:      {http.StatusUnauthorized, "The session has ended, or there was none.", false},
	problem.SignInAgain:         {http.StatusForbidden, "This takes a login more recent than that of the session.", false},
	problem.PermissionDenied:    {http.StatusForbidden, "The caller's role does not allow this.", false},
	problem.SessionRefused:      {http.StatusConflict, "The account may not have one more session.", true},
	problem.AlreadyExists:       {http.StatusConflict, "The name, code or number is taken.", true},
	problem.NoSuchAccount:       {http.StatusNotFound, "There is no such account within the caller's reach.", false},
	problem.NoSuchTenant:        {http.StatusNotFound, "There is no such tenant within the caller's reach.", false},
	problem.NoSuchAgent:         {http.StatusNotFound, "There is no such agent within the caller's reach.", false},
	problem.NoSuchRole:          {http.StatusNotFound, "There is no such role.", false},
	problem.NoSuchSession:       {http.StatusNotFound, "There is no such session within the caller's reach.", false},
	problem.NoSuchGrant:         {http.StatusNotFound, "There is no such grant within the caller's reach.", false},
	problem.NoSuchGroup:         {http.StatusNotFound, "There is no such group within the caller's reach.", false},
	problem.NoSuchLoginToken:    {http.StatusNotFound, "There is no such login token within the caller's reach.", false},
	problem.NoSuchProfile:       {http.StatusNotFound, "There is no such SMS profile within the caller's reach.", false},
	problem.NoSuchMessage:       {http.StatusNotFound, "There is no such text within the caller's reach.", false},
	problem.NoSuchEvent:         {http.StatusNotFound, "There is no such event within the caller's reach, or it is not fired by calls.", false},
	problem.NoSuchCustomer:      {http.StatusNotFound, "There is no such customer within the caller's reach.", false},
	problem.NoSuchService:       {http.StatusNotFound, "There is no such service within the caller's reach.", false},
	problem.NoSuchOrder:         {http.StatusNotFound, "There is no such order within the caller's reach.", false},
	problem.NoSuchInventoryItem: {http.StatusNotFound, "There is no such inventory item within the caller's reach.", false},
	problem.NoSuchProvider:      {http.StatusNotFound, "The catalogue has no such provider.", false},
	problem.NoSuchServiceType:   {http.StatusNotFound, "The catalogue has no such service type.", false},
	problem.NoSuchProductType:   {http.StatusNotFound, "The catalogue has no such product type.", false},
	problem.NoSuchProduct:       {http.StatusNotFound, "The catalogue has no such product.", false},
	problem.NoSuchPackage:       {http.StatusNotFound, "The catalogue has no such package.", false},
	problem.NoSuchBillProfile:   {http.StatusNotFound, "The catalogue has no such bill profile.", false},
	problem.NoSuchProcess:       {http.StatusNotFound, "The catalogue has no such process.", false},
	problem.NoSuchLifelineType:  {http.StatusNotFound, "The catalogue has no such Lifeline type.", false},
	problem.NoSuchProofType:     {http.StatusNotFound, "The catalogue has no such Lifeline proof type.", false},
	problem.UnknownZip:          {http.StatusUnprocessableEntity, "The ZIP code is not known.", true},
	problem.WrongCustomerStatus: {http.StatusConflict, "The customer is not in a status in which this can be done.", true},
	problem.HierarchyFixed:      {http.StatusConflict, "Which customer is whose parent is not changed this way.", true},
	problem.ServiceOfAnother:    {http.StatusUnprocessableEntity, "The service belongs to another customer.", true},
	problem.OrderOfAnother:      {http.StatusUnprocessableEntity, "The order belongs to another customer.", true},
	problem.OrderImpossible:     {http.StatusUnprocessableEntity, "No order can be made of this.", true},
	problem.NothingToOrder:      {http.StatusUnprocessableEntity, "The order has no products.", true},
	problem.LoginTokenUsed:      {http.StatusGone, "The login token was used before.", false},
	problem.LoginTokenExpired:   {http.StatusGone, "The login token has expired.", false},
	problem.LoginTokenWithdrawn: {http.StatusGone, "The login token was withdrawn, or a change since has made it worthless.", false},
	problem.WrongDoor:           {http.StatusConflict, "The login token is for another door. It is not spent.", false},
}

// problemDocument tells of a refusal (RFC 9457).
type problemDocument struct {
	Type     string `json:"type" format:"uri-reference" example:"/api/v1/#login_token_used" doc:"Where the code is explained, from the root of the server."`
	Title    string `json:"title" example:"The login token was used before." doc:"What the code means, the same each time."`
	Status   int    `json:"status" example:"410" doc:"The HTTP status."`
	Code     string `json:"code" example:"login_token_used" doc:"Which kind of refusal it is. Programs decide by this."`
	Detail   string `json:"detail,omitempty" example:"Name the account by its id or by login_name and kind, one of them." doc:"What is the matter this time, for people."`
	Incident string `json:"incident,omitempty" example:"8f14e45fceea167a" doc:"With the code internal: what to tell the operator."`
	Errors   []flaw `json:"errors,omitempty" nullable:"false" doc:"With the code invalid_input: each thing that is wrong with the form of the request."`

	cause error
}

// flaw is one thing that is wrong with a request. What stood there is not repeated: it may be a secret.
type flaw struct {
	Message  string `json:"message" example:"unexpected property" doc:"What is wrong."`
	Location string `json:"location,omitempty" example:"body.colour" doc:"Where it is wrong."`
}

// Error gives what a person would want to read first.
func (d *problemDocument) Error() string {
	if d.Detail != "" {
		return d.Detail
	}
	return d.Title
}

// GetStatus gives the HTTP status to huma.
func (d *problemDocument) GetStatus() int { return d.Status }

// ContentType gives the media type to huma.
func (d *problemDocument) ContentType(string) string { return problemType }

func newDocument(code problem.Code) *problemDocument {
	k := kinds[code]
	return &problemDocument{Type: Path + "#" + string(code), Title: k.title, Status: k.status, Code: string(code)}
}

// refusal says how an error is answered.
func (a *API) refusal(ctx context.Context, err error) *problemDocument {
	p := problem.Of(err)
	d := newDocument(p.Code)
	if kinds[p.Code].tells {
		d.Detail = p.Detail
	}
	if p.Code == problem.Internal {
		d.Incident, d.cause = a.deps.Incident(ctx), err
	}
	return d
}

// tellRefusal puts what huma finds wrong with a request into our form, and notes every refusal for the log.
func tellRefusal(ctx huma.Context, _ string, answer any) (any, error) {
	found, wrong := answer.(*huma.ErrorModel)
	if wrong {
		answer = flawed(found)
	}
	if d, refused := answer.(*problemDocument); refused {
		ctx.(*visit).note(d)
	}
	return answer, nil
}

// flawed tells of a request of the wrong form.
func flawed(found *huma.ErrorModel) *problemDocument {
	if found.Status == http.StatusBadRequest {
		return newDocument(unreadableBody)
	}
	d := newDocument(problem.InvalidInput)
	for _, e := range found.Errors {
		d.Errors = append(d.Errors, flaw{Message: e.Message, Location: e.Location})
	}
	return d
}

// refusals describes what an operation can refuse, by status.
func (a *API) refusals(o operation) map[string]*huma.Response {
	codes := append([]problem.Code{problem.BadLogin, problem.PermissionDenied, problem.InvalidInput, problem.Internal}, o.refuses...)
	if o.sample != nil {
		codes = append(codes, unreadableBody, bodyTooLarge, notJSON)
	}
	byStatus := map[int][]string{}
	for _, code := range codes {
		status := kinds[code].status
		byStatus[status] = append(byStatus[status], string(code))
	}
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problemDocument](), true, "")
	responses := map[string]*huma.Response{}
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		slices.Sort(byStatus[status])
		responses[text(status)] = &huma.Response{
			Description: http.StatusText(status) + ": " + strings.Join(byStatus[status], ", ") + ".",
			Content:     map[string]*huma.MediaType{problemType: {Schema: schema}},
		}
	}
	return responses
}

func text(status int) string { return strconv.Itoa(status) }

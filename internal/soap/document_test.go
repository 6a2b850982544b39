package soap

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/internal/wiretest"

	"github.com/shopspring/decimal"
)

// The wire structs of three services that differ as the three dialects do. docRevio has the shapes of
// contract.yaml, so that its description can be held against v20.wsdl.
type (
	docBaseRequest struct {
		_           struct{}        `soap:"BaseRequest"`
		Credentials *docCredentials `soap:"Credentials"`
		Session     *docSessionKey  `soap:"Session"`
		Debug       *bool           `soap:"Debug,optional"`
	}
	docCredentials struct {
		_                                            struct{} `soap:"CredentialAuthentication"`
		Username, Password, Client, ImpersonationKey string
	}
	docSessionKey struct {
		_          struct{} `soap:"SessionKeyAuthentication"`
		SessionKey string
	}
	docHeader struct {
		_                             struct{} `soap:"BaseResponseHeader"`
		Success                       bool
		Message, SessionKey           string
		Impersonated                  *bool
		Error_Code, Error_Description string
	}
	debug[R any] struct{ Request *R }

	baseResponse[R any] struct {
		Header *docHeader
		Debug  *debug[R]
	}

	docCreate    struct{ docBaseRequest }
	docValidate  struct{ docBaseRequest }
	docAuthorize struct {
		docBaseRequest
		ToUserID       *int32
		ToUserName     string
		ExpirationDate *DateTime
	}
	docCreated struct {
		baseResponse[docCreate]
		SessionKey, SessionKey_Encoded string
	}
	docValidated struct {
		baseResponse[docValidate]
		UserID, AgentID int32
		AgentNumber     string
	}
	docAuthorized struct {
		baseResponse[docAuthorize]
		ImpersonationKey string
		ToUserID         int32
	}
)

// docStatus is an enumeration.
type docStatus string

// Members returns the words of the enumeration.
func (docStatus) Members() []string { return []string{"ACTIVE", "DENIED"} }

// Shapes that the sessions do not have: lists, choices, enumerations, binary, decimals.
type (
	docItem struct {
		ID     *int32
		Status *docStatus      `soap:"Status,optional"`
		Rate   decimal.Decimal `soap:"Rate,scale=4"`
		Data   []byte
	}
	docSearch struct {
		By      docBy       `soap:"By,choice"`
		TNs     []string    `soap:"TNs,list=TN"`
		Lines   []int32     `soap:"Lines,list=Line,type=ArrayOfInt2"`
		Changes []docChange `soap:"Changes,choice,type=ArrayOfChoice2"`
		Since   DateTime
	}
	docBy struct {
		ID     *int32
		Number *string `soap:"Number,nillable"`
	}
	docChange struct {
		Add    *docItem `soap:"Add,nillable"`
		Remove *docItem `soap:"Remove,nillable"`
	}
	docFound struct {
		Items []docItem `soap:"Items,list=Item"`
		Total int64
	}
	docNothing struct{}
)

// The SOS shapes of seed 004.
type (
	docAuthHeader struct {
		_                  struct{} `soap:"AuthHeader"`
		UserName, Password string
	}
	docTokenRequest struct {
		Username  string
		IsAppUser bool
	}
	docTokenResult struct {
		AuthToken string
		Result    *docResult
	}
	docResult struct {
		_             struct{} `soap:"Result"`
		Result        int32
		Code, Message string
	}
)

// Terse makes the samples print the type as the seed does.
func (docResult) Terse() {}

// The Intelliview shapes: plain parameters, one string back.
type (
	docOpenSession struct {
		CompanyID          string
		UserName, Password string
		Timeout            int32
		Keep               bool
		Status             docStatus
		Groups             []int32 `soap:"Groups,list=int"`
	}
)

// answerNothing runs an operation that documents are made of.
func answerNothing[Req, Resp any](*Call, *Req) (*Resp, error) { return new(Resp), nil }

func mustService(t testing.TB, o Options, operations ...Operation) *Service {
	t.Helper()
	s, err := NewService(o, operations...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func docRevio(t testing.TB) *Service {
	return mustService(t, Options{
		Name: "H2OAPIv20", Namespace: "http://api.myh2o.com/v20", RequestElement: "Request", Forms: FormsEmptyPorts,
		RequestType:  func(op string) string { return op + "_Request" },
		ResponseType: func(op string) string { return op + "_Response" },
	},
		Open("Sessions_Create", "Opens a session.", answerNothing[docCreate, docCreated]),
		Open("Sessions_Validate", "Tests whether a session is still alive.", answerNothing[docValidate, docValidated]),
		Open("Impersonation_Authorize", "Lets another user act as the caller.", answerNothing[docAuthorize, docAuthorized]),
	)
}

func docShapes(t testing.TB) *Service {
	return mustService(t, Options{
		Name: "Shapes", Namespace: "urn:shapes", RequestElement: "Request", Doc: "Every shape <there> is.",
		RequestType:  func(op string) string { return op + "_Request" },
		ResponseType: func(op string) string { return op + "_Response" },
	},
		Open("Items_Search", "Finds items & more.", answerNothing[docSearch, docFound]),
		Open("Ping", "", answerNothing[docNothing, docNothing]).With(FlatRequest(), FlatResponse()),
		Open("Tell", "Answers nothing.", answerNothing[docItem, docNothing]).With(OneWay()),
	)
}

func docSOS(t testing.TB) *Service {
	return mustService(t, Options{
		Name: "AccountManagementService", Namespace: "sosonlinebackup.com", RequestElement: "request",
	},
		Open("GetAuthorizationTokenByEntity",
			"Returns a one-time usage token that can be used to login into MyAccount or Partner Dashboard.",
			answerNothing[docTokenRequest, docTokenResult]).With(Header[docAuthHeader]("AuthHeader")),
	)
}

func docIntelliview(t testing.TB, forms FormBinding, open func(*Call, *docOpenSession) (*string, error)) *Service {
	return mustService(t, Options{Name: "DashboardApi", Namespace: "http://tempuri.org/", Forms: forms},
		Open("ivnOpenSession", "Opens a session.", open),
		Open("ivnSearch", "Takes what no form can hold.", answerNothing[docSearch, string]),
	)
}

// sayCompany answers with what came in.
func sayCompany(_ *Call, in *docOpenSession) (*string, error) {
	out := in.CompanyID + "/" + in.UserName
	return &out, nil
}

// newRequest makes a request as the server hands it to a service.
func newRequest(method, target, peer, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body))
	r.RemoteAddr = peer
	return r
}

func serve(s *Service, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// get asks a service for a document, from this machine or from elsewhere.
func get(t testing.TB, s *Service, target, peer string) *httptest.ResponseRecorder {
	t.Helper()
	return serve(s, newRequest(http.MethodGet, target, peer, ""))
}

const (
	farPeer  = "192.0.2.1:40000"
	nearPeer = "127.0.0.1:40000"
)

func TestDocumentsAreAsRecorded(t *testing.T) {
	iv := docIntelliview(t, FormsOpen, sayCompany)
	cases := []struct {
		file, target, peer string
		s                  *Service
	}{
		{"revio.wsdl", "http://example.test/v20/default.asmx?WSDL", farPeer, docRevio(t)},
		{"revio.disco", "http://example.test/v20/default.asmx?disco", farPeer, docRevio(t)},
		{"revio_index.html", "http://example.test/v20/default.asmx", farPeer, docRevio(t)},
		{"revio_operation.html", "http://example.test/v20/default.asmx?op=Impersonation_Authorize", nearPeer, docRevio(t)},
		{"revio_missing.html", "http://example.test/v20/default.asmx?op=Sessions", farPeer, docRevio(t)},
		{"shapes.wsdl", "https://example.test:8443/a/Shapes.asmx?wsdl", farPeer, docShapes(t)},
		{"shapes_operation.html", "https://example.test/Shapes.asmx?op=Items_Search", farPeer, docShapes(t)},
		{"sos.wsdl", "https://example.test/s.asmx?wsdl", farPeer, docSOS(t)},
		{"intelliview.wsdl", "http://example.test/DashboardApi.asmx?wsdl", farPeer, iv},
		{"intelliview_operation.html", "http://example.test/DashboardApi.asmx?op=ivnOpenSession", nearPeer, iv},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			w := get(t, c.s, c.target, c.peer)
			if w.Code != http.StatusOK {
				t.Errorf("status %d, want 200", w.Code)
			}
			wiretest.Golden(t, filepath.Join("testdata", "document", c.file), w.Body.Bytes())
		})
	}
}

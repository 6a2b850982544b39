package soap

import (
	"strings"
	"testing"
)

// sketch writes down what is known of a type: the words of the WSDL, without its brackets.
func sketch(t *Type) string {
	var b strings.Builder
	b.WriteString(t.Name)
	if t.Abstract {
		b.WriteString(" abstract")
	}
	if t.Base != nil {
		b.WriteString(" extends " + t.Base.Name)
	}
	if len(t.Words) > 0 {
		b.WriteString(" one of " + strings.Join(t.Words, " "))
	}
	if t.Kind == KindChoiceList {
		b.WriteString(" choices")
	}
	for _, m := range t.Members {
		b.WriteString("; " + particle(m))
	}
	return b.String()
}

func particle(m *Member) string {
	if m.Choice != nil {
		var parts []string
		for _, alternative := range m.Choice {
			parts = append(parts, particle(alternative))
		}
		return "(" + strings.Join(parts, " | ") + ")"
	}
	s := m.Name + " " + m.Type.Name + " " + itoa(m.Min)
	if m.Unbounded {
		s += "-n"
	}
	if m.Nillable {
		s += " nil"
	}
	return s
}

func TestTypesAreDescribedByTheRulesOfXmlSerializer(t *testing.T) {
	g := newRing(t, nil)
	want := map[string]string{
		"RingBaseRequest": "RingBaseRequest abstract; Credentials RingCredentials 0; Session RingSession 0; Debug boolean 0 nil",
		"RingSession":     "RingSession; SessionKey string 0",
		"RingColour":      "RingColour one of RED GREEN",
		"Sessions_Validate_Response": "Sessions_Validate_Response extends RingBaseResponseOfSessions_Validate_Request; " +
			"UserID int 1; AgentID int 1 nil; AgentNumber string 0",
		"RingBaseResponseOfSessions_Validate_Request": "RingBaseResponseOfSessions_Validate_Request abstract; Header RingHeader 0; " +
			"Debug RingDebugOfSessions_Validate_Request 0",
		"RingItem": "RingItem; Text string 0; TextP string 0; TextN string 1 nil; Int int 1; IntP int 1 nil; IntO int 0 nil; " +
			"IntX int 0; Long long 1; Bool boolean 1; BoolP boolean 1 nil; Dec decimal 1; DecP decimal 1 nil; Time dateTime 1; " +
			"TimeP dateTime 1 nil; Data base64Binary 0; Colour RingColour 1; ColourP RingColour 0 nil; Part RingSession 0; " +
			"Whole RingSession 1; Words ArrayOfString 0; Numbers ArrayOfInt1 0; MaybeInt ArrayOfNullableInt 0; " +
			"Parts ArrayOfRingSession 0; PartPs ArrayOfPartP 0; Flat int 0-n; FlatPart RingSession 0-n; " +
			"(ID int 1 | Name string 1 nil); Changes ArrayOfChoice1 0",
		"ArrayOfString":      "ArrayOfString; string string 0-n nil",
		"ArrayOfInt1":        "ArrayOfInt1; Number int 0-n",
		"ArrayOfNullableInt": "ArrayOfNullableInt; Int int 0-n nil",
		"ArrayOfRingSession": "ArrayOfRingSession; Part RingSession 0-n nil",
		"ArrayOfChoice1":     "ArrayOfChoice1 choices; Add RingSession 1 nil; Remove string 1 nil",
	}
	got := map[string]string{}
	for _, known := range g.Types() {
		if _, asked := want[known.Name]; asked {
			got[known.Name] = sketch(known)
		}
	}
	same(t, got, want)
}

func TestOperationsAreDescribed(t *testing.T) {
	g := newRing(t, nil)
	docs := map[string]OperationDoc{}
	for _, doc := range g.Describe() {
		docs[doc.Name] = doc
	}
	t.Run("a wrapped one", func(t *testing.T) {
		doc := docs["Sessions_Validate"]
		same(t, doc.NeedsProof, true)
		same(t, particle(doc.Input[0]), "Request Sessions_Validate_Request 0")
		same(t, particle(doc.Output[0]), "Sessions_ValidateResult Sessions_Validate_Response 0")
	})
	t.Run("a flat request and a plain result", func(t *testing.T) {
		doc := docs["Plain"]
		same(t, doc.NeedsProof, false)
		same(t, particle(doc.Input[0]), "Text string 0")
		same(t, particle(doc.Output[0]), "PlainResult string 0")
	})
	t.Run("a flat response", func(t *testing.T) { same(t, particle(docs["Bare"].Output[0]), "Text string 0") })
	t.Run("a header block and one way", func(t *testing.T) {
		same(t, docs["Head"].HeaderName, "AuthHeader")
		same(t, docs["Head"].Header.Name, "RingAuth")
		same(t, docs["Quiet"].OneWay, true)
	})
}

type (
	badChannel struct{ C chan int }
	badInt     struct{ N int }
	badHidden  struct{ hidden string }
	badOption  struct {
		A string `soap:"A,sometimes"`
	}
	badName struct {
		A string `soap:"1A"`
	}
	badSlice struct{ A []string }
	badBoth  struct {
		A []string `soap:"A,flat,list=B"`
	}
	badTwice struct {
		A string
		B string `soap:"A"`
	}
	badScale struct {
		A string `soap:"A,scale=2"`
	}
	badOptional struct {
		A *string `soap:"A,optional"`
	}
	badRecursive struct{ A *badRecursive }
	badBase      struct {
		A string
		ringBaseRequest
	}
	badChoice struct {
		A struct{ B string } `soap:"A,choice"`
	}
	badList struct {
		A []string `soap:"A,list=x"`
		B []string `soap:"B,list=y"`
	}
	badEnum struct{ A emptyWord }
	badMap  struct{ A map[string]string }
	badSame struct {
		A ringSession
		B otherSession
	}
	otherSession struct {
		_ struct{} `soap:"RingSession"`
		A string
	}
)

var _ = badHidden{}.hidden // declared only to be refused

type emptyWord string

// Members has none.
func (emptyWord) Members() []string { return nil }

func declareBad[T any]() error {
	_, err := NewService(Options{Name: "X", Namespace: "x"}, Open("Op", "", func(*Call, *T) (*ringEcho, error) { return nil, nil }))
	return err
}

func TestAStructThatCannotBePutOnTheWireIsRefusedAtStart(t *testing.T) {
	tests := []struct {
		what string
		err  error
		says string
	}{
		{"a channel", declareBad[badChannel](), "field C of soap.badChannel: soap: bad declaration: a chan int cannot stand on the wire"},
		{"an int of no fixed size", declareBad[badInt](), "a int cannot stand on the wire"},
		{"a field nobody can set", declareBad[badHidden](), "it is not exported"},
		{"an unknown option", declareBad[badOption](), `unknown option "sometimes"`},
		{"a name that is none", declareBad[badName](), `"1A" is no element name`},
		{"a slice without its form", declareBad[badSlice](), "a slice needs either flat or list="},
		{"a slice with two forms", declareBad[badBoth](), "a slice needs either flat or list="},
		{"two members of one name", declareBad[badTwice](), "two members are named A"},
		{"a scale of a text", declareBad[badScale](), "scale is for decimals"},
		{"an optional text", declareBad[badOptional](), "optional, omit and required are for pointers to value types"},
		{"a type in itself", declareBad[badRecursive](), "contains itself"},
		{"a base that is not first", declareBad[badBase](), "the base must come first"},
		{"a choice of values", declareBad[badChoice](), "it must be an exported pointer"},
		{"two lists of one type name", declareBad[badList](), "the list type ArrayOfString has other elements elsewhere"},
		{"an enumeration of nothing", declareBad[badEnum](), "has no members"},
		{"a map", declareBad[badMap](), "cannot stand on the wire"},
		{"two types of one name", declareBad[badSame](), "two types are named RingSession"},
		{"a request that is no struct", declareBad[string](), "is not a struct"},
	}
	for _, test := range tests {
		t.Run(test.what, func(t *testing.T) {
			if test.err == nil || !strings.Contains(test.err.Error(), test.says) || !strings.HasPrefix(test.err.Error(), "operation Op: ") {
				t.Errorf("got %v, want %q", test.err, test.says)
			}
		})
	}
	run := func(*Call, *ringEcho) (*ringEcho, error) { return nil, nil }
	for what, build := range map[string]func() (*Service, error){
		"a service without a name":      func() (*Service, error) { return NewService(Options{Namespace: "x"}) },
		"a service without a namespace": func() (*Service, error) { return NewService(Options{Name: "X"}) },
		"a namespace that breaks XML":   func() (*Service, error) { return NewService(Options{Name: "X", Namespace: `"`}) },
		"a negative limit": func() (*Service, error) {
			return NewService(Options{Name: "X", Namespace: "x", Host: Host{Limits: Limits{Depth: -1}}})
		},
		"two operations of one name": func() (*Service, error) {
			return NewService(Options{Name: "X", Namespace: "x"}, Open("A", "", run), Open("A", "", run))
		},
		"an operation of no name": func() (*Service, error) {
			return NewService(Options{Name: "X", Namespace: "x"}, Open("", "", run))
		},
		"a header that is no struct": func() (*Service, error) {
			return NewService(Options{Name: "X", Namespace: "x"}, Open("A", "", run).With(Header[string]("H")))
		},
	} {
		t.Run(what, func(t *testing.T) {
			if _, err := build(); err == nil {
				t.Error("accepted")
			}
		})
	}
}

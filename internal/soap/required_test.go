package soap

import (
	"reflect"
	"testing"
)

// requiredNumber is a number that must be there, of which the operation wants to know whether it was.
type requiredNumber struct {
	Kind *int32 `soap:"Kind,required"`
}

func TestARequiredPointerTellsAbsentFromZero(t *testing.T) {
	var got []*int32
	s, err := NewService(Options{Name: "X", Namespace: ringSpace}, Open("Op", "", func(_ *Call, r *requiredNumber) (*requiredNumber, error) {
		got = append(got, r.Kind)
		return r, nil
	}).With(FlatResponse()))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("it stands in the WSDL as a number that must be there", func(t *testing.T) {
		same(t, particle(s.Describe()[0].Input[0]), "Kind int 1")
	})
	g := &ring{Service: s}
	for _, test := range []struct {
		what, content, answer string
		want                  *int32
	}{
		{"absent", "", "<Kind>0</Kind>", nil},
		{"nil", `<Kind xsi:nil="true" xmlns:xsi="` + spaceXSI + `"/>`, "<Kind>0</Kind>", nil},
		{"zero", "<Kind>0</Kind>", "<Kind>0</Kind>", ptr(int32(0))},
		{"a number", "<Kind>7</Kind>", "<Kind>7</Kind>", ptr(int32(7))},
	} {
		t.Run(test.what, func(t *testing.T) {
			answer := g.post(t, envelope11(`<Op xmlns="`+ringSpace+`">`+test.content+`</Op>`), act("Op")...)
			same(t, answer, wire{200, xmlType, answer11("Op", test.answer)})
			if last := got[len(got)-1]; !reflect.DeepEqual(last, test.want) {
				t.Errorf("the operation saw %v", last)
			}
		})
	}
}

package apigw

import "testing"

func TestADecoderThatIsInUseRefuses(t *testing.T) {
	decoder := NewDecoder()
	decoder.isInUse = true
	defer func() {
		if recover() != "apigw: two goroutines use one decoder" {
			t.Fatal("no panic")
		}
	}()
	_, err := decoder.Decode([]byte("{}"))
	t.Fatal(err)
}

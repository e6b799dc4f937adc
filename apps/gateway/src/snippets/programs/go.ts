import { inGo } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

export const go: Program = ({ body, ...request }) => {
  const sends = body !== null;
  return `package main

import (
${sends ? '\t"crypto/rand"\n' : ''}	"fmt"
	"io"
	"log"
	"net/http"
	"os"
${sends ? '\t"strings"\n' : ''})

func main() {
	request, err := http.NewRequest(${sends ? '"POST"' : '"GET"'}, ${inGo(addressOf(request))}, ${sends ? `strings.NewReader(${inGo(body)})` : 'nil'})
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("${TOKEN_VARIABLE}"))
	request.Header.Set("Accept", "application/json")
${sends ? '\trequest.Header.Set("Content-Type", "application/json")\n\trequest.Header.Set("Idempotency-Key", rand.Text())\n' : ''}	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	if response.StatusCode >= 400 {
		log.Fatal(string(answer))
	}
	fmt.Println(string(answer))
}`;
};

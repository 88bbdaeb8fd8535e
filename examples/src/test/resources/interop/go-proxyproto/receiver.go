// Answers each connection with what go-proxyproto read from its header.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"time"

	proxyproto "github.com/pires/go-proxyproto"
)

func serve(connection net.Conn) {
	defer connection.Close()
	connection.SetReadDeadline(time.Now().Add(10 * time.Second))
	header, err := proxyproto.Read(bufio.NewReaderSize(connection, 65551))
	if err != nil {
		fmt.Fprintf(connection, "error=%q\n", err.Error())
		return
	}
	answer := fmt.Sprintf("connection=%v ", connection.RemoteAddr())
	if header.Command.IsProxy() {
		answer = fmt.Sprintf("src=%v dst=%v ", header.SourceAddr, header.DestinationAddr)
	}
	tlvs, err := header.TLVs()
	if err != nil {
		answer += fmt.Sprintf("tlvs=%q", err.Error())
	}
	for _, tlv := range tlvs {
		answer += fmt.Sprintf(" %#x=%x", byte(tlv.Type), tlv.Value)
	}
	fmt.Fprintln(connection, answer)
}

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go serve(connection)
	}
}

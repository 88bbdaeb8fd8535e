/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Datagrams.CLIENT;
import static io.github.proxyheader.testing.Datagrams.OTHER_PROXY;
import static io.github.proxyheader.testing.Datagrams.PROXY;
import static io.github.proxyheader.testing.Datagrams.SERVER;
import static io.github.proxyheader.testing.Datagrams.TARGET;
import static io.github.proxyheader.testing.Datagrams.header;
import static io.github.proxyheader.testing.Datagrams.headerBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.handler.HeaderValidators;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Datagrams;
import io.github.proxyheader.testing.Logs;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProxyHeaderDatagramDecoderTest {
  @RegisterExtension final Datagrams datagrams = new Datagrams();
  @RegisterExtension final Logs logs = new Logs();

  private static final byte[] HEADER = headerBytes(CLIENT);

  private DatagramReceiverOptions.Builder options() {
    return DatagramReceiverOptions.builder().listener(datagrams.told);
  }

  private Datagrams decoder(DatagramReceiverOptions.Builder options) {
    return datagrams.with(new ProxyHeaderDatagramDecoder(options.build()));
  }

  private void assertDropped(Reason reason) {
    assertThat(datagrams.told.all).containsExactly(reason.name());
    assertThat(datagrams.told.droppedSenders).containsExactly(PROXY);
    assertThat(datagrams.received).isEmpty();
    assertThat(datagrams.channel.isOpen()).isTrue();
    datagrams.leaks.assertNothingLeaked();
  }

  @Test
  @DisplayName("R10 each datagram has its own header")
  void eachDatagramTellsItsOwnClient() {
    decoder(options());
    datagrams.receive(HEADER, text("a")).receive(headerBytes(TARGET), text("b"));

    assertThat(datagrams.payloads).containsExactly("a", "b");
    ProxiedDatagram first = datagrams.received.get(0);
    assertThat(first.proxiedAddress().source()).isEqualTo(CLIENT);
    assertThat(first.proxiedAddress().destination()).isEqualTo(TARGET);
    assertThat(first.proxiedAddress().peer()).isEqualTo(PROXY);
    assertThat(first.proxiedAddress().header()).isEqualTo(header(CLIENT));
    assertThat(first.sender()).isEqualTo(PROXY);
    assertThat(first.recipient()).isEqualTo(SERVER);
    assertThat(datagrams.last().proxiedAddress().source()).isEqualTo(TARGET);
    assertThat(datagrams.told.all).containsExactly("proxied", "proxied");
  }

  @Test
  @DisplayName("R10 a header is never completed by the next datagram")
  void nothingOfADatagramIsKeptForTheNextOne() {
    decoder(options());
    for (int split = 0; split <= HEADER.length; split++) {
      datagrams.told.all.clear();
      datagrams.receive(Arrays.copyOf(HEADER, split));
      datagrams.receive(Arrays.copyOfRange(HEADER, split, HEADER.length), text("x"));
      String first = split < 12 ? "MISSING" : split < HEADER.length ? "TRUNCATED" : "proxied";
      assertThat(datagrams.told.all)
          .as("split at %s", split)
          .containsExactly(first, split == 0 ? "proxied" : "MISSING");
    }
  }

  @ParameterizedTest(name = "{0}: {1} {2} {3} {4} {5} {6}")
  @CsvSource({
    // policy, header, LOCAL, none, malformed, truncated, version 1
    "REQUIRE, proxied, direct, MISSING, COMMAND, TRUNCATED, VERSION",
    "USE, proxied, direct, direct, COMMAND, TRUNCATED, VERSION",
    "IGNORE, direct, direct, direct, COMMAND, TRUNCATED, VERSION",
    "REJECT, UNEXPECTED, UNEXPECTED, direct, UNEXPECTED, UNEXPECTED, UNEXPECTED",
    "SKIP, direct, direct, direct, direct, direct, direct",
    "CLOSE, UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED, UNTRUSTED",
  })
  void policies(
      ProxyHeaderPolicy policy,
      String proxied,
      String local,
      String none,
      String malformed,
      String truncated,
      String version1) {
    decoder(options().policy(policy));
    datagrams
        .receive(HEADER, text("p"))
        .receive(ProxyHeaderWriter.toBytes(ProxyHeader.local()), text("l"))
        .receive(text("n"))
        .receive(Bytes.binary(0x22, 0x12, new byte[12]), text("m"))
        .receive(Arrays.copyOf(HEADER, HEADER.length - 1))
        .receive(text("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nv"));

    assertThat(datagrams.told.all)
        .containsExactly(proxied, local, none, malformed, truncated, version1);
    assertThat(datagrams.channel.isOpen()).isTrue();
    boolean consumed = policy != ProxyHeaderPolicy.SKIP;
    for (ProxiedDatagram datagram : datagrams.received) {
      boolean isProxied = datagram.proxiedAddress().isProxied();
      assertThat(datagram.proxiedAddress().source()).isEqualTo(isProxied ? CLIENT : PROXY);
      assertThat(datagram.proxiedAddress().destination()).isEqualTo(isProxied ? TARGET : SERVER);
      assertThat(datagram.sender()).isEqualTo(PROXY);
    }
    assertThat(datagrams.payloads)
        .allMatch(payload -> !consumed || payload.length() == 1)
        .hasSize(datagrams.received.size());
    if (policy == ProxyHeaderPolicy.IGNORE) {
      assertThat(datagrams.received).allMatch(d -> d.proxiedAddress().header() == null);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "CLOSE", mode = EnumSource.Mode.EXCLUDE)
  void eachDatagramTellsThePolicyThatWasChosenForItsSender(ProxyHeaderPolicy policy) {
    decoder(options().policy((channel, sender) -> policy));
    boolean direct = policy == ProxyHeaderPolicy.REJECT;
    datagrams.receive(direct ? new byte[0] : HEADER, text("p"));
    assertThat(datagrams.last().proxiedAddress().policy()).isEqualTo(policy);
    assertThat(datagrams.last().proxiedAddress().local()).isEqualTo(SERVER);
  }

  @Test
  @DisplayName("T20 a header behind the header is the client's payload")
  void secondHeaderIsPayload() {
    decoder(options()).receive(HEADER, headerBytes(TARGET), text("x"));
    assertThat(datagrams.last().proxiedAddress().source()).isEqualTo(CLIENT);
    assertThat(datagrams.payloads.get(0)).hasSize(HEADER.length + 1);
  }

  @Test
  void localGoesOnWithTheRealAddressesAndItsHeader() {
    decoder(options()).receive(ProxyHeaderWriter.toBytes(ProxyHeader.local()), text("ping"));

    assertThat(datagrams.last().proxiedAddress().header()).isEqualTo(ProxyHeader.local());
    assertThat(datagrams.last().proxiedAddress().source()).isEqualTo(PROXY);
    assertThat(datagrams.last().proxiedAddress().destination()).isEqualTo(SERVER);
  }

  @Test
  @DisplayName("R28 version 1 has no UDP")
  void version1IsRefusedByDefaultWhateverTheReader() {
    decoder(options().reader(ProxyHeaderReader.standard()))
        .receive(text("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nx"));
    assertDropped(Reason.VERSION);
  }

  @Test
  void anyTransportIsTakenAsGiven() {
    byte[] unix = Bytes.concat(Bytes.path("/client"), Bytes.path("/server"));
    decoder(options())
        .receive(Bytes.binary(0x21, 0x11, new byte[12]), text("tcp4"))
        .receive(Bytes.binary(0x21, 0x21, new byte[36]), text("tcp6"))
        .receive(Bytes.binary(0x21, 0x32, unix), text("unix"))
        .receive(Bytes.binary(0x21, 0x00), text("unspec"));

    assertThat(datagrams.payloads).containsExactly("tcp4", "tcp6", "unix", "unspec");
    assertThat(datagrams.received.get(2).proxiedAddress().source())
        .isEqualTo(new DomainSocketAddress("/client"));
    assertThat(datagrams.last().proxiedAddress().source()).isEqualTo(PROXY);
  }

  @Test
  @DisplayName("R8 only trusted senders are believed")
  void onlyTrustedSendersMaySendAHeader() {
    decoder(options().policy(TrustedProxies.of("10.0.0.1")))
        .receiveFrom(PROXY, HEADER, text("yes"))
        .receiveFrom(OTHER_PROXY, HEADER, text("no"))
        .receiveFrom(PROXY, text("no header"));

    assertThat(datagrams.payloads).containsExactly("yes");
    assertThat(datagrams.told.all).containsExactly("proxied", "UNTRUSTED", "MISSING");
    assertThat(datagrams.told.droppedSenders).containsExactly(OTHER_PROXY, PROXY);
  }

  @Test
  void otherPoliciesForTrustedAndOtherSenders() {
    decoder(
            options()
                .policy(
                    TrustedProxies.of("10.0.0.1")
                        .withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.REJECT)))
        .receiveFrom(PROXY, text("direct"))
        .receiveFrom(OTHER_PROXY, text("direct"))
        .receiveFrom(OTHER_PROXY, HEADER);
    assertThat(datagrams.told.all).containsExactly("direct", "direct", "UNEXPECTED");
  }

  @Test
  void payloadIsASliceOfTheDatagram() {
    ByteBuf all = datagrams.leaks.buffer(BufferKind.DIRECT, concat(HEADER, text("payload")));
    ProxiedDatagram[] seen = new ProxiedDatagram[1];
    decoder(options());
    datagrams.onRead(
        ctx -> {
          seen[0] = datagrams.last().retain();
          assertThat(seen[0].content().memoryAddress())
              .isEqualTo(all.memoryAddress() + HEADER.length);
          assertThat(seen[0].content().readerIndex()).isZero();
        });
    datagrams.receiveMessage(new DatagramPacket(all, SERVER, PROXY));

    assertThat(all.refCnt()).isOne();
    assertThat(seen[0].release()).isTrue();
    assertThat(all.refCnt()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfBuffer(BufferKind kind) {
    decoder(options())
        .receiveMessage(
            new DatagramPacket(
                datagrams.leaks.buffer(kind, concat(HEADER, text("payload"))), SERVER, PROXY));
    assertThat(datagrams.payloads).containsExactly("payload");
  }

  @Test
  void emptyPayloadIsPassedOn() {
    decoder(options()).receive(HEADER);
    assertThat(datagrams.payloads).containsExactly("");
  }

  @Test
  void coalescedDatagramsAreTakenApartFirst() {
    byte[] first = concat(HEADER, text("first"));
    byte[] second = concat(headerBytes(TARGET), text("other"));
    ByteBuf all =
        datagrams.leaks.buffer(
            BufferKind.DIRECT, concat(first, second, text("dirt"), new byte[29], HEADER));
    decoder(options())
        .receiveMessage(new SegmentedDatagramPacket(all, first.length, SERVER, PROXY));

    assertThat(datagrams.payloads).containsExactly("first", "other", "");
    assertThat(datagrams.received.get(0).proxiedAddress().source()).isEqualTo(CLIENT);
    assertThat(datagrams.received.get(1).proxiedAddress().source()).isEqualTo(TARGET);
    assertThat(datagrams.told.all).containsExactly("proxied", "proxied", "MISSING", "proxied");
  }

  @Test
  void emptyCoalescedDatagramIsOneDatagram() {
    decoder(options())
        .receiveMessage(
            new SegmentedDatagramPacket(
                datagrams.leaks.buffer(BufferKind.DIRECT, new byte[0]), 8, SERVER, PROXY));
    assertDropped(Reason.MISSING);
  }

  @Test
  void messageThatIsNoDatagramIsDropped() {
    decoder(options().policy(ProxyHeaderPolicy.SKIP))
        .receiveMessage(datagrams.leaks.buffer(BufferKind.HEAP, HEADER));
    assertThat(datagrams.told.all).containsExactly("MISSING");
    assertThat(datagrams.told.droppedSenders).containsOnlyNulls();
  }

  @Test
  void datagramWithoutASenderIsDropped() {
    decoder(options())
        .receiveMessage(
            new DatagramPacket(datagrams.leaks.buffer(BufferKind.HEAP, HEADER), SERVER));
    assertThat(datagrams.told.all).containsExactly("UNTRUSTED");
  }

  @Test
  void datagramThatWasReleasedBeforeIsDropped() {
    ByteBuf released = datagrams.leaks.buffer(BufferKind.HEAP, HEADER);
    released.release();
    decoder(options()).receiveMessage(new DatagramPacket(released, SERVER, PROXY));
    assertDropped(Reason.VALIDATION);
    datagrams.channel.checkException();
  }

  @Test
  void onAConnectedChannelThePeerIsTheSender() {
    decoder(options().policy(TrustedProxies.of("10.0.0.1")));
    datagrams
        .connectedTo(PROXY)
        .receiveMessage(
            new DatagramPacket(datagrams.leaks.buffer(BufferKind.HEAP, HEADER), SERVER));
    assertThat(datagrams.last().sender()).isEqualTo(PROXY);
    assertThat(datagrams.last().proxiedAddress().peer()).isEqualTo(PROXY);
    assertThat(datagrams.last().proxiedAddress().source()).isEqualTo(CLIENT);
  }

  @Test
  void validatorRefusesOneDatagram() {
    decoder(options().validator(HeaderValidators.noSpoofedLocal()))
        .receive(headerBytes(PROXY), text("spoofed"));
    assertDropped(Reason.VALIDATION);
    datagrams.receive(HEADER, text("fine"));
    assertThat(datagrams.payloads).containsExactly("fine");
  }

  @Test
  void validatorIsNotAskedUnderIgnore() {
    decoder(
            options()
                .policy(ProxyHeaderPolicy.IGNORE)
                .validator(
                    (channel, header) -> {
                      throw new AssertionError("asked");
                    }))
        .receive(HEADER, text("x"));
    assertThat(datagrams.payloads).containsExactly("x");
  }

  @Test
  void validatorThatFailsDropsTheDatagram() {
    IllegalStateException failure = new IllegalStateException();
    decoder(
            options()
                .validator(
                    (channel, header) -> {
                      throw failure;
                    }))
        .receive(HEADER, text("x"));
    assertDropped(Reason.VALIDATION);
    assertThat(datagrams.told.causes.get(0)).hasCause(failure);
  }

  @Test
  void selectorThatFailsDropsTheDatagram() {
    StackOverflowError failure = new StackOverflowError();
    decoder(
            options()
                .policy(
                    (channel, sender) -> {
                      throw failure;
                    }))
        .receive(HEADER, text("x"));
    assertDropped(Reason.UNTRUSTED);
    assertThat(datagrams.told.causes.get(0)).hasCause(failure);
  }

  @Test
  void selectorThatReturnsNullDropsTheDatagram() {
    decoder(options().policy((channel, sender) -> null)).receive(HEADER, text("x"));
    assertDropped(Reason.UNTRUSTED);
  }

  @Test
  void listenerThatFailsChangesNothingAndFloodsNoLog() {
    datagrams.told.then(
        channel -> {
          throw new IllegalStateException("a listener's fault");
        });
    decoder(options());
    for (int i = 0; i < 50; i++) {
      datagrams.receive(HEADER, text("x")).receive(text("dirt"));
    }
    assertThat(datagrams.payloads).hasSize(50);
    assertThat(logs.lines()).filteredOn(line -> line.contains("A listener failed")).hasSize(1);
  }

  @Test
  void listenerOfConnectionsIsToldAsWell() {
    List<Object> told = new ArrayList<>();
    ProxyHeaderListener listener =
        new ProxyHeaderListener() {
          @Override
          public void proxied(Channel channel, ProxiedAddress address) {
            told.add(address.source());
          }

          @Override
          public void rejected(Channel channel, ProxyHeaderException cause) {
            told.add(cause.reason());
          }
        };
    decoder(options().connectionListener(listener))
        .receive(HEADER, text("x"))
        .receive(text("dirt"));
    assertThat(told).containsExactly(CLIENT, Reason.MISSING);
    assertThat(datagrams.told.all).as("the other listener").containsExactly("proxied", "MISSING");
  }

  @Test
  void listenerThatFailsKeepsNothingFromTheOther() {
    List<Object> told = new ArrayList<>();
    datagrams.told.then(
        channel -> {
          throw new IllegalStateException("a listener's fault");
        });
    ProxyHeaderListener listener =
        new ProxyHeaderListener() {
          @Override
          public void proxied(Channel channel, ProxiedAddress address) {
            told.add(address.source());
            throw new IllegalStateException("the other listener's fault");
          }
        };
    decoder(options().connectionListener(listener)).receive(HEADER, text("x"));
    assertThat(told).containsExactly(CLIENT);
    assertThat(datagrams.payloads).containsExactly("x");
    assertThat(logs.lines()).filteredOn(line -> line.contains("A listener failed")).hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'PROXY TCP4 203.0.113.7 198.51.100.9 45678 53\\r\\nx', proxied",
    "'PROXY TCP6 2001:db8::7 2001:db8::9 45678 53\\r\\nx', proxied",
    "'PROXY UNKNOWN\\r\\nx', direct",
    "'PROXY TCP4 203.0.113.7 198.51.100.9 45678 53', TRUNCATED",
    "'PROXY TCP4 203.0.113.7 198.51.100.9 45678 53\\r', TRUNCATED",
    "'PROXY', TRUNCATED",
    "'PROX', direct",
    "'PROXY UDP4 203.0.113.7 198.51.100.9 45678 53\\r\\nx', TRANSPORT",
    "'PROXYING is no header', SYNTAX",
  })
  void version1IsReadIfItIsAllowed(String bytes, String outcome) {
    decoder(options().policy(ProxyHeaderPolicy.USE).allowVersion1(true))
        .receive(text(bytes.replace("\\r", "\r").replace("\\n", "\n")));
    assertThat(datagrams.told.all).containsExactly(outcome);
    if (bytes.endsWith("x")) {
      assertThat(datagrams.payloads).allMatch("x"::equals);
    }
  }

  @Test
  void version1IsNotReadByAReaderThatIsSetNotTo() {
    decoder(
            options()
                .allowVersion1(true)
                .reader(ProxyHeaderReader.builder().versions(ProxyVersion.V2).build()))
        .receive(text("PROXY TCP4 203.0.113.7 198.51.100.9 45678 53\r\nx"));
    assertDropped(Reason.VERSION);
  }

  @Test
  void callBacksThatCloseTheChannelLeakNothing() {
    datagrams.told.then(channel -> channel.close());
    decoder(options())
        .receiveMessage(
            new SegmentedDatagramPacket(
                datagrams.leaks.buffer(BufferKind.HEAP, concat(HEADER, new byte[28], HEADER)),
                HEADER.length,
                SERVER,
                PROXY));
    assertThat(datagrams.told.all).containsExactly("proxied", "MISSING", "proxied");
  }

  @Test
  void handlerThatRemovesTheDecoderLeaksNothing() {
    decoder(options());
    datagrams.onRead(
        ctx -> {
          if (ctx.pipeline().get(ProxyHeaderDatagramDecoder.class) != null) {
            ctx.pipeline().remove(ProxyHeaderDatagramDecoder.class);
          }
        });
    datagrams.receiveMessage(
        new SegmentedDatagramPacket(
            datagrams.leaks.buffer(BufferKind.HEAP, concat(HEADER, HEADER)),
            HEADER.length,
            SERVER,
            PROXY));
    assertThat(datagrams.told.all).containsExactly("proxied", "proxied");
  }

  @Test
  void withoutAutoReadAReadWhoseDatagramsAreAllDroppedIsFollowedByAnother() {
    datagrams.channel.config().setAutoRead(false);
    decoder(options());
    int before = datagrams.reads;
    datagrams.receive(text("dirt")).receive(text("dirt"));
    datagrams.channel.pipeline().fireChannelReadComplete();
    assertThat(datagrams.reads).isEqualTo(before + 1);

    datagrams.receive(text("dirt")).receive(HEADER, text("x"));
    datagrams.channel.pipeline().fireChannelReadComplete();
    datagrams.channel.pipeline().fireChannelReadComplete();
    assertThat(datagrams.reads).as("the application got what it asked for").isEqualTo(before + 1);
  }

  @Test
  void exceptionsAreCheapAndTellNoByte() {
    decoder(options()).receive(text("secret")).receive(Bytes.binary(0x21, 0x77, text("secret")));
    for (ProxyHeaderException cause : datagrams.told.causes) {
      assertThat(cause).hasMessageNotContaining("secret");
      assertThat(cause.getStackTrace()).isEmpty();
    }
  }

  @Test
  void everyOneByteChangeOfAHeaderIsSurvived() {
    decoder(options());
    for (int at = 0; at < HEADER.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] changed = HEADER.clone();
        changed[at] = (byte) value;
        datagrams.receive(changed, text("x"));
      }
    }
    assertThat(datagrams.told.all).hasSize(HEADER.length * 256);
    assertThat(datagrams.channel.isOpen()).isTrue();
  }

  @Test
  void nullsAreRefused() {
    DatagramReceiverOptions.Builder options = DatagramReceiverOptions.builder();
    assertThatNullPointerException().isThrownBy(() -> options.policy((ProxyHeaderPolicy) null));
    assertThatNullPointerException().isThrownBy(() -> options.policy((TrustedProxies) null));
    assertThatNullPointerException()
        .isThrownBy(() -> options.policy((DatagramPolicySelector) null));
    assertThatNullPointerException().isThrownBy(() -> options.reader(null));
    assertThatNullPointerException().isThrownBy(() -> options.validator(null));
    assertThatNullPointerException().isThrownBy(() -> options.listener(null));
    assertThatNullPointerException().isThrownBy(() -> options.connectionListener(null));
    assertThatNullPointerException().isThrownBy(() -> new ProxyHeaderDatagramDecoder(null));
  }

  @Test
  void defaultsRequireAHeader() {
    datagrams.with(new ProxyHeaderDatagramDecoder()).receive(text("x")).receive(HEADER, text("y"));
    assertThat(datagrams.payloads).isEqualTo(List.of("y"));
  }
}

/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.hex;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Bytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.Logs;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link ProxyHeaderSource#onBehalfOf(Channel, RelayOptions)}, but for TLS. */
class RelayedHeaderTest {
  private static final InetSocketAddress CLIENT = Addresses.inet("192.0.2.1", 56324);
  private static final InetSocketAddress SERVER = Addresses.inet("192.0.2.2", 443);
  private static final InetSocketAddress CLIENT6 = Addresses.inet("2001:db8::1", 56324);
  private static final InetSocketAddress PEER = Addresses.inet("198.51.100.1", 4711);
  private static final InetSocketAddress LOCAL = Addresses.inet("198.51.100.2", 8443);
  private static final RelayOptions V1 = RelayOptions.builder().version(ProxyVersion.V1).build();
  private static final RelayOptions ALL = RelayOptions.builder().relayAllTlvs().build();

  @RegisterExtension final Logs logs = new Logs();
  private final EmbeddedChannel outbound = new EmbeddedChannel();
  private final AcceptedChannel accepted = new AcceptedChannel(PEER, LOCAL);

  @AfterEach
  void close() {
    outbound.finish();
    accepted.finish();
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> ProxyHeaderSource.onBehalfOf(null, ALL))
        .withMessage("accepted");
    assertThatNullPointerException()
        .isThrownBy(() -> ProxyHeaderSource.onBehalfOf(accepted, null))
        .withMessage("options");
  }

  @Test
  void theDefaultOptionsAreThoseOfTheOtherMethod() {
    RelayOptions options = RelayOptions.builder().build();
    for (ProxyHeader received : receivedKinds()) {
      accepted.received(received);

      assertThat(sent(options))
          .isEqualTo(ProxyHeaderSource.onBehalfOf(accepted).headerFor(outbound, null));
    }
    accepted.receivedIgnored();
    assertThat(sent(options)).isEqualTo(ProxyHeader.of(PEER, LOCAL));
  }

  @Test
  void version1CarriesTheReceivedAddresses() {
    accepted.received(ProxyHeader.of(CLIENT, SERVER));

    assertThat(line()).isEqualTo("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n");
  }

  @Test
  void version1WithoutAReceivedHeaderCarriesTheSocketsAddresses() {
    assertThat(line()).isEqualTo("PROXY TCP4 198.51.100.1 198.51.100.2 4711 8443\r\n");
  }

  @Test
  @DisplayName("R63 in version 1 two families become IPv6 in hexadecimal groups")
  void version1MapsTwoFamilies() {
    accepted.received(ProxyHeader.of(CLIENT6, SERVER));

    assertThat(line()).isEqualTo("PROXY TCP6 2001:db8::1 ::ffff:c000:202 56324 443\r\n");
  }

  @Test
  @DisplayName("R27 in version 1 LOCAL becomes a line with the accepted socket's addresses")
  void version1HasNoLocal() {
    for (ProxyHeader received : receivedKinds()) {
      if (!received.hasAddresses() || received.transport() == ProxyTransport.UNIX_STREAM) {
        accepted.received(received);

        assertThat(line()).isEqualTo("PROXY TCP4 198.51.100.1 198.51.100.2 4711 8443\r\n");
      }
    }
  }

  @Test
  @DisplayName("R27 UNKNOWN is for an accepted socket without IP addresses")
  void version1WithoutAnyAddressIsUnknown() {
    AcceptedChannel unix =
        new AcceptedChannel(new DomainSocketAddress("/a"), new DomainSocketAddress("/b"));
    for (AcceptedChannel channel : List.of(unix, new AcceptedChannel(null, null))) {
      assertThat(line(channel)).isEqualTo("PROXY UNKNOWN\r\n");
      channel.received(ProxyHeader.local());
      assertThat(line(channel)).isEqualTo("PROXY UNKNOWN\r\n");
      channel.received(ProxyHeader.of(CLIENT, SERVER));
      assertThat(line(channel)).isEqualTo("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n");
      channel.finish();
    }
  }

  @Test
  void receivedUdpGoesOnAsTcp() {
    accepted.received(
        ProxyHeader.of(CLIENT, SERVER).toBuilder().transport(ProxyTransport.UDP4).build());

    assertThat(sent(ALL)).isEqualTo(ProxyHeader.of(CLIENT, SERVER));
    assertThat(line()).startsWith("PROXY TCP4 ");
  }

  @Test
  void noReceivedVectorGoesOnUnlessItIsAskedFor() {
    receivedWith(Tlvs.builder().authority("a.example").uniqueId(text("id")).build());

    assertThat(sent(RelayOptions.builder().checksum(false).alignment(1).build()).tlvs()).isEmpty();
  }

  @Test
  void allReceivedVectorsGoOnInTheirOrder() {
    Tlvs tlvs =
        Tlvs.builder()
            .add(0xE5, text("b"))
            .authority("a.example")
            .awsVpcEndpointId("vpce-1")
            .add(0xE5, text("a"))
            .add(0xFF, new byte[0])
            .add(0, text("zero"))
            .uniqueId(text("id"))
            .build();
    receivedWith(tlvs);

    assertThat(sent(ALL)).isEqualTo(withVectors(tlvs));
  }

  @Test
  void chosenTypesGoOn() {
    receivedWith(
        Tlvs.builder().authority("a.example").add(0xE5, text("x")).uniqueId(text("id")).build());

    assertThat(types(sent(RelayOptions.builder().relayTlvs(0xE5, TlvType.ALPN).build())))
        .containsExactly(0xE5);
  }

  @Test
  void whatBelongsToTheReceivedHeaderAloneStaysBehind() {
    Tlvs tlvs =
        Tlvs.builder()
            .add(TlvType.CRC32C, new byte[4])
            .add(TlvType.NOOP, new byte[3])
            .authority("a.example")
            .build();
    receivedWith(tlvs);

    assertThat(types(sent(ALL))).containsExactly(TlvType.AUTHORITY);
  }

  @Test
  @DisplayName("R56 of two vectors that contradict each other the first goes on")
  void noReceiverSeesTwoThatContradictEachOther() {
    Tlvs.Builder tlvs = Tlvs.builder();
    int[] types = {TlvType.ALPN, TlvType.AUTHORITY, TlvType.UNIQUE_ID, TlvType.SSL, TlvType.NETNS};
    for (String value : new String[] {"first", "second"}) {
      for (int type : types) {
        tlvs.add(type, text(value));
      }
    }
    receivedWith(tlvs.build());

    Tlvs sent = sent(ALL).tlvs();
    assertThat(sent).hasSize(types.length);
    assertThat(sent).allSatisfy(tlv -> assertThat(tlv.value()).isEqualTo(text("first")));
  }

  @Test
  @DisplayName("T12 the vectors of a health check go on in LOCAL")
  void vectorsOfLocalGoOn() {
    Tlvs tlvs = Tlvs.builder().add(0xE5, text("x")).build();
    accepted.received(ProxyHeader.local().toBuilder().tlvs(tlvs).build());

    assertThat(ProxyHeaderWriter.toBytes(sent(ALL)))
        .isEqualTo(binary(0x20, 0x00, tlv(0xE5, text("x"))));
  }

  @Test
  @DisplayName("R49 what is not checked in a header without addresses is left out")
  void wrongVectorsOfAddresslessHeadersDoNotGoOn() {
    RelayOptions options =
        RelayOptions.builder().relayAllTlvs().uniqueId(channel -> text("own")).build();
    for (int command : new int[] {0x20, 0x21}) {
      byte[] received =
          binary(
              command,
              0x00,
              tlv(TlvType.UNIQUE_ID, new byte[129]),
              tlv(TlvType.CRC32C, new byte[3]),
              tlv(TlvType.CRC32C, new byte[4]),
              tlv(TlvType.UNIQUE_ID),
              tlv(0xE5, text("x")));
      accepted.received(read(received));

      assertThat(ProxyHeaderWriter.toBytes(sent(ALL)))
          .isEqualTo(binary(0x20, 0x00, tlv(0xE5, text("x"))));
      assertThat(ProxyHeaderWriter.toBytes(sent(options)))
          .isEqualTo(binary(0x20, 0x00, tlv(0xE5, text("x")), tlv(TlvType.UNIQUE_ID, text("own"))));
    }
  }

  @Test
  void vectorsOfAnIgnoredHeaderDoNotGoOn() {
    accepted.receivedIgnored();

    assertThat(sent(ALL)).isEqualTo(ProxyHeader.of(PEER, LOCAL));
  }

  @Test
  void anIdentifierIsGenerated() {
    RelayOptions options = RelayOptions.builder().uniqueId().build();
    byte[] first = sent(options).tlvs().uniqueId().orElseThrow();
    byte[] second = sent(options).tlvs().uniqueId().orElseThrow();

    assertThat(new String(first, StandardCharsets.US_ASCII)).matches("[0-9a-f-]{36}");
    assertThat(second).as("another connection's").isNotEqualTo(first);
  }

  @Test
  void theIdentifierIsTheSameInAllHeadersOfASource() {
    AtomicInteger asked = new AtomicInteger();
    List<Channel> channels = new ArrayList<>();
    RelayOptions options =
        RelayOptions.builder()
            .uniqueId(
                channel -> {
                  channels.add(channel);
                  return text("id-" + asked.incrementAndGet());
                })
            .build();
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted, options);
    assertThat(asked).hasValue(0);

    for (int i = 0; i < 3; i++) {
      assertThat(source.headerFor(outbound, null).tlvs().uniqueId()).contains(text("id-1"));
    }
    assertThat(channels).containsExactly(accepted);
  }

  @Test
  @DisplayName("A received identifier is kept, as it follows the connection over all hops")
  void theReceivedIdentifierIsKept() {
    receivedWith(Tlvs.builder().uniqueId(text("received")).add(0xE5, text("x")).build());
    RelayOptions options =
        RelayOptions.builder()
            .uniqueId(
                channel -> {
                  throw new AssertionError("not needed");
                })
            .build();

    assertThat(sent(options))
        .isEqualTo(withVectors(Tlvs.builder().uniqueId(text("received")).build()));
  }

  @Test
  void noIdentifierIsNoVector() {
    assertThat(sent(RelayOptions.builder().uniqueId(channel -> null).build()))
        .isEqualTo(ProxyHeader.of(PEER, LOCAL));
  }

  @Test
  @DisplayName("R49 an own identifier has at most 128 bytes")
  void anIdentifierThatIsTooLongIsAnError() {
    assertThat(sent(RelayOptions.builder().uniqueId(channel -> new byte[128]).build()).tlvs())
        .hasSize(1);
    ProxyHeaderSource source =
        ProxyHeaderSource.onBehalfOf(
            accepted, RelayOptions.builder().uniqueId(channel -> new byte[129]).build());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> source.headerFor(outbound, null))
        .withMessage("uniqueId: 129 bytes (expected: at most 128)");
  }

  @Test
  void whatTheFunctionThrowsFailsTheConnect() {
    RuntimeException cause = new IllegalStateException("no identifier");
    ProxyHeaderSource source =
        ProxyHeaderSource.onBehalfOf(
            accepted,
            RelayOptions.builder()
                .uniqueId(
                    channel -> {
                      throw cause;
                    })
                .build());

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> source.headerFor(outbound, null))
        .isSameAs(cause);
    EmbeddedChannel connected = new EmbeddedChannel(new ProxyHeaderEncoder(source));
    assertThat(connected.isOpen()).isFalse();
    assertThat((Object) connected.readOutbound()).isNull();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(connected::checkException)
        .isSameAs(cause);
  }

  @Test
  @DisplayName("R45 a checksum is computed over what is sent")
  void checksum() {
    receivedWith(Tlvs.builder().add(TlvType.CRC32C, new byte[4]).add(0xE5, text("x")).build());
    RelayOptions options = RelayOptions.builder().relayAllTlvs().checksum(true).build();
    ProxyHeader sent = sent(options);

    assertThat(types(sent)).containsExactly(0xE5, TlvType.CRC32C);
    assertThat(read(ProxyHeaderWriter.toBytes(sent))).isEqualTo(sent);
  }

  @Test
  @DisplayName("R48 a NOOP fills up to a multiple, to the next one where it would not fit")
  void alignment() {
    // Without vectors 28 bytes, with a checksum 35.
    assertThat(aligned(1, false)).isEqualTo(28);
    assertThat(aligned(2, false)).isEqualTo(28);
    assertThat(aligned(4, false)).isEqualTo(28);
    assertThat(aligned(8, false)).isEqualTo(32);
    assertThat(aligned(10, false)).as("2 bytes are missing").isEqualTo(40);
    assertThat(aligned(29, false)).as("1 byte is missing").isEqualTo(58);
    assertThat(aligned(31, false)).as("3 bytes are missing").isEqualTo(31);
    assertThat(aligned(100, false)).isEqualTo(100);
    assertThat(aligned(2, true)).as("1 byte is missing").isEqualTo(38);
    assertThat(aligned(3, true)).as("1 byte is missing").isEqualTo(39);
    assertThat(aligned(4, true)).as("1 byte is missing").isEqualTo(40);
    assertThat(aligned(5, true)).isEqualTo(35);
    assertThat(aligned(4096, true)).isEqualTo(4096);
  }

  @Test
  void localIsAlignedToo() {
    accepted.received(ProxyHeader.local());

    assertThat(aligned(16, false)).isEqualTo(16);
    assertThat(aligned(100, true)).isEqualTo(100);
    assertThat(sent(RelayOptions.builder().alignment(100).build()).command())
        .isEqualTo(ProxyCommand.LOCAL);
  }

  @Test
  @DisplayName("R62 what does not fit is an error, never a header that tells less")
  void moreThanAHeaderHoldsIsAnError() {
    byte[] vectors = tlv(0xE5, new byte[65_535 - 12 - 3]);
    ProxyHeader longest =
        readAny(concat(binary(0x21, 0x11, hex("c0000201 c0000202 dc04 01bb"), vectors)));
    accepted.received(longest);
    assertThat(ProxyHeaderWriter.length(sent(ALL))).isEqualTo(65_551);

    for (RelayOptions.Builder more :
        List.of(
            RelayOptions.builder().checksum(true),
            RelayOptions.builder().uniqueId(),
            RelayOptions.builder().alignment(2))) {
      ProxyHeaderSource source =
          ProxyHeaderSource.onBehalfOf(accepted, more.relayAllTlvs().build());

      assertThatIllegalArgumentException()
          .isThrownBy(() -> source.headerFor(outbound, null))
          .withMessageMatching("tlvs: \\d+ bytes \\(expected: a header of at most 65551\\)");
    }
  }

  @Test
  void manyReceivedVectorsGoOn() {
    byte[] empty = tlv(0xE5);
    byte[][] all = new byte[20_000][];
    Arrays.fill(all, empty);
    accepted.received(readAny(binary(0x21, 0x11, hex("c0000201 c0000202 dc04 01bb"), concat(all))));

    assertThat(sent(ALL).tlvs()).hasSize(20_000);
  }

  @ParameterizedTest
  @CsvSource({
    "107, nginx 1.22",
    "109, Apache Traffic Server",
    "232, Apache httpd",
    "232, Exim",
    "232, Kamailio",
    "256, lighttpd",
    "256, MariaDB",
    "272, go-proxyproto 0.8",
    "536, TCP segment",
    "1024, nginx 1.31 for http",
    "4096, nginx 1.31 for streams",
    "4112, go-proxyproto 0.15",
    "16384, HAProxy (more than 16384 bytes)"
  })
  @DisplayName("R3 the first header over a limit is warned of, with those that refuse it")
  void longHeadersAreWarnedOf(int limit, String receiver) {
    RelayOptions options = RelayOptions.builder().relayAllTlvs().build();

    assertThat(warnings(options, limit)).noneMatch(line -> line.contains(receiver));
    assertThat(warnings(options, limit + 1))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("A PROXY header of " + (limit + 1) + " bytes", receiver);
    assertThat(warnings(options, limit + 1)).isEmpty();
    assertThat(warnings(options, limit)).isEmpty();
  }

  @Test
  @DisplayName("R3 a header over several limits is warned of in one line, and each limit once")
  void eachLimitIsWarnedOfOnce() {
    RelayOptions options = RelayOptions.builder().relayAllTlvs().build();

    assertThat(warnings(options, 260))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("nginx 1.22 (more than 107 bytes)", "httpd", "MariaDB (more than 256 bytes)")
        .doesNotContain("go-proxyproto", "SECRET");
    assertThat(warnings(options, 120)).isEmpty();
    assertThat(warnings(options, 600)).hasSize(1);
    assertThat(warnings(options, 270)).isEmpty();
    assertThat(warnings(options, 20_000)).hasSize(1);
    assertThat(warnings(options, 20_000)).isEmpty();
    assertThat(warnings(RelayOptions.builder().relayAllTlvs().build(), 120))
        .as("other options")
        .hasSize(1);
  }

  @Test
  @DisplayName("R3 one vector of more than 1,024 bytes is warned of, many short ones are not")
  void aLongVectorIsWarnedOf() {
    String receiver = "HAProxy 2.9 and newer (more than 1024 bytes in one vector)";
    byte[] half = new byte[600];
    RelayOptions options = RelayOptions.builder().relayAllTlvs().build();

    assertThat(warnings(options, Tlvs.builder().add(0xE5, half).add(0xE6, half).build()))
        .singleElement(InstanceOfAssertFactories.STRING)
        .doesNotContain("HAProxy");
    assertThat(warnings(options, Tlvs.builder().add(0xE5, new byte[1024]).build())).isEmpty();
    assertThat(warnings(options, Tlvs.builder().add(0xE5, new byte[1025]).build()))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains(receiver);
  }

  @Test
  void theClientIsKnownAlsoAfterItsConnectionWasClosed() {
    receivedWith(Tlvs.builder().add(0xE5, text("x")).build());
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted, ALL);
    AcceptedChannel plain = new AcceptedChannel(PEER, LOCAL);
    ProxyHeaderSource plainSource = ProxyHeaderSource.onBehalfOf(plain, V1);

    for (AcceptedChannel channel : List.of(accepted, plain)) {
      channel.close();
      channel.forget();
    }

    assertThat(source.headerFor(outbound, null))
        .isEqualTo(withVectors(Tlvs.builder().add(0xE5, text("x")).build()));
    assertThat(ProxyHeaderWriter.toBytes(plainSource.headerFor(outbound, null)))
        .isEqualTo(text("PROXY TCP4 198.51.100.1 198.51.100.2 4711 8443\r\n"));
  }

  @Test
  void withoutTlsOnThisHopTheReceivedFactsGoOn() {
    Tlvs tlvs =
        Tlvs.builder()
            .alpn(text("h2"))
            .authority("a.example")
            .ssl(SslInfo.builder().version("TLSv1.3").build())
            .build();
    receivedWith(tlvs);

    RelayOptions options = RelayOptions.builder().relayAllTlvs().tlsFacts(true).build();
    assertThat(sent(options)).isEqualTo(withVectors(tlvs));
    assertThat(sent(RelayOptions.builder().tlsFacts(true).build()).tlvs()).isEmpty();
  }

  private static List<ProxyHeader> receivedKinds() {
    return List.of(
        ProxyHeader.of(CLIENT, SERVER),
        ProxyHeader.of(CLIENT6, SERVER),
        ProxyHeader.of(CLIENT, SERVER).toBuilder().version(ProxyVersion.V1).build(),
        ProxyHeader.of(CLIENT, SERVER).toBuilder().checksum(true).build(),
        ProxyHeader.of(CLIENT, SERVER).toBuilder().transport(ProxyTransport.UDP6).build(),
        ProxyHeader.of(new DomainSocketAddress("/a"), new DomainSocketAddress("/b")),
        ProxyHeader.local(),
        ProxyHeader.builder().build(),
        ProxyHeader.builder().version(ProxyVersion.V1).build());
  }

  private List<String> warnings(RelayOptions options, int length) {
    byte[] value = new byte[length - 28 - 3];
    System.arraycopy(text("SECRET"), 0, value, 0, 6);
    Tlvs vectors = Tlvs.builder().add(0xE5, value).build();
    List<String> warnings = warnings(options, vectors);
    assertThat(ProxyHeaderWriter.length(sent(options))).isEqualTo(length);
    return warnings;
  }

  private List<String> warnings(RelayOptions options, Tlvs vectors) {
    int before = logs.lines().size();
    receivedWith(vectors);
    sent(options);
    return logs.lines().subList(before, logs.lines().size()).stream()
        .filter(line -> line.contains("PROXY"))
        .toList();
  }

  private int aligned(int alignment, boolean checksum) {
    byte[] bytes =
        ProxyHeaderWriter.toBytes(
            sent(RelayOptions.builder().alignment(alignment).checksum(checksum).build()));
    assertThat(read(bytes)).as("a header that can be read").isNotNull();
    return bytes.length;
  }

  private void receivedWith(Tlvs tlvs) {
    accepted.received(withVectors(tlvs));
  }

  private static ProxyHeader withVectors(Tlvs tlvs) {
    return ProxyHeader.of(CLIENT, SERVER).toBuilder().tlvs(tlvs).build();
  }

  private static List<Integer> types(ProxyHeader header) {
    List<Integer> types = new ArrayList<>();
    for (Tlv tlv : header.tlvs()) {
      types.add(tlv.type());
    }
    return types;
  }

  private String line() {
    return line(accepted);
  }

  private String line(Channel channel) {
    ProxyHeader header = ProxyHeaderSource.onBehalfOf(channel, V1).headerFor(outbound, null);
    assertThat(header).isNotNull();
    return new String(ProxyHeaderWriter.toBytes(header), StandardCharsets.US_ASCII);
  }

  private ProxyHeader sent(RelayOptions options) {
    ProxyHeader header = ProxyHeaderSource.onBehalfOf(accepted, options).headerFor(outbound, null);
    assertThat(header).isNotNull();
    return header;
  }

  private static ProxyHeader read(byte[] bytes) {
    return read(ProxyHeaderReader.standard(), bytes);
  }

  private static ProxyHeader readAny(byte[] bytes) {
    return read(ProxyHeaderReader.builder().maxHeaderSize(65_551).build(), bytes);
  }

  private static ProxyHeader read(ProxyHeaderReader reader, byte[] bytes) {
    ProxyHeader header = reader.read(Unpooled.wrappedBuffer(bytes));
    assertThat(header).isNotNull();
    return header;
  }
}

/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The order of the packages, and what each may use. */
class ArchitectureTest {
  private static final String ROOT = "io.github.proxyheader";

  /** Ground floor first: an import never runs upwards. */
  private static final List<String> PACKAGES =
      List.of("tlv", "protocol", "handler", "datagram", "metrics");

  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?(" + Pattern.quote(ROOT) + "\\.[\\w.]+)");

  /** Exported to everybody, in spite of its name. */
  private static final String TCNATIVE = "io.netty.internal.tcnative";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages(ROOT);

  @Test
  void everyClassIsInOneOfThePackages() {
    assertThat(CLASSES).isNotEmpty();
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
        .allSatisfy(name -> assertThat(PACKAGES).contains(name.substring(ROOT.length() + 1)));
  }

  @Test
  void dependenciesNeverRunUpwards() {
    for (int floor = 0; floor < PACKAGES.size() - 1; floor++) {
      String[] above =
          PACKAGES.subList(floor + 1, PACKAGES.size()).stream()
              .map(name -> ROOT + '.' + name + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(ROOT + '.' + PACKAGES.get(floor) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void noFilesImportEachOtherInALoop() {
    Map<String, Set<String>> imports = imports(SOURCES);
    assertThat(imports).hasSizeGreaterThan(20);
    assertThat(imports.values()).anySatisfy(targets -> assertThat(targets).isNotEmpty());
    assertThat(loop(imports)).isEmpty();
  }

  @Test
  void aLoopOfImportsIsFound() {
    assertThat(loop(Map.of("a", Set.of("b", "c"), "b", Set.of("c"), "c", Set.of()))).isEmpty();
    assertThat(loop(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a"))))
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(loop(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("b"))))
        .containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void tlvUsesNothingButTheJdkAndBuffers() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".tlv")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                ROOT + ".tlv", "java..", "io.netty.buffer", "org.jspecify.annotations"))
        .check(CLASSES);
  }

  @Test
  void protocolKnowsNoChannelAndNoPipeline() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".protocol")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    ROOT + ".tlv",
                    ROOT + ".protocol",
                    "java..",
                    "io.netty.buffer",
                    "io.netty.util.concurrent",
                    "org.jspecify.annotations")
                .or(type(DomainSocketAddress.class))
                .or(type(io.netty.handler.codec.DecoderException.class)))
        .check(CLASSES);
  }

  @Test
  void metricsCountWhatListenersAreToldAndNobodyElseUsesMicrometer() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".metrics")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".datagram")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".metrics")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void libraryUsesItsDeclaredDependenciesAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                ROOT + "..",
                "java..",
                "io.micrometer.core.instrument", // optional
                "javax.net.ssl", // in java.base
                "javax.security.auth.x500", // in java.base
                "io.netty.buffer",
                "io.netty.util..",
                "io.netty.channel..",
                "io.netty.handler.codec",
                "io.netty.handler.codec.quic", // optional
                "io.netty.handler.ipfilter",
                "io.netty.handler.ssl..",
                TCNATIVE, // optional
                "org.jspecify.annotations"))
        .check(CLASSES);
  }

  @Test
  void nothingInternalOfNettyIsUsed() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.netty..internal..")
                // Netty exports its loggers to everybody: what logs with Netty logs through them.
                .and(not(resideInAPackage("io.netty.util.internal.logging")))
                .and(not(resideInAPackage(TCNATIVE))))
        .check(CLASSES);
  }

  @Test
  @DisplayName(
      "netty-tcnative is reached from one class, which does without it where it is missing")
  void oneClassReachesTcnative() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".handler.OpenSslSessions")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(TCNATIVE)
        .check(CLASSES);
  }

  @Test
  @DisplayName("T24 no name is ever looked up")
  void noNameIsLookedUp() {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "a name is looked up",
                call ->
                    call.getTargetOwner().isAssignableTo(InetAddress.class)
                            && !Set.of("getByAddress", "getAddress", "getHostAddress")
                                .contains(call.getName())
                            && call.getName().matches("get(All)?By.*|get.*Host.*")
                        || call.getTargetOwner().isAssignableTo(InetSocketAddress.class)
                            && call.getName().equals("getHostName")))
        .check(CLASSES);
    noClasses()
        .should()
        .callConstructor(InetSocketAddress.class, String.class, int.class)
        .check(CLASSES);
  }

  /** The files of the library, by class name, and those that each imports. */
  private static Map<String, Set<String>> imports(Path sources) {
    Map<String, String> texts = new HashMap<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String name =
            sources.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
        texts.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Set<String>> imports = new HashMap<>();
    texts.forEach(
        (name, text) -> {
          Set<String> targets = new LinkedHashSet<>();
          for (Matcher matcher = IMPORT.matcher(text); matcher.find(); ) {
            String target = matcher.group(1);
            while (!texts.containsKey(target) && target.length() > ROOT.length()) {
              target = target.substring(0, target.lastIndexOf('.')); // out of a nested name
            }
            if (texts.containsKey(target) && !target.equals(name)) {
              targets.add(target);
            }
          }
          imports.put(name, targets);
        });
    return imports;
  }

  /** What is left when everything that imports nothing that is left is taken away, and again. */
  private static Set<String> loop(Map<String, Set<String>> imports) {
    Set<String> left = new HashSet<>(imports.keySet());
    boolean smaller = true;
    while (smaller) {
      smaller = left.removeIf(name -> imports.get(name).stream().noneMatch(left::contains));
    }
    // The same from the other side: what nobody left imports is not in a loop either.
    List<String> unused;
    do {
      unused = new ArrayList<>(left);
      unused.removeIf(name -> left.stream().anyMatch(other -> imports.get(other).contains(name)));
      unused.forEach(left::remove);
    } while (!unused.isEmpty());
    return left;
  }
}
